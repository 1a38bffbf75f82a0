/**
 * What WebDAV servers say of files and folders: the little XML of RFC 4918's multistatus answers.
 *
 * @module
 */
import { unescapeXml } from "../flat_xml.ts";

/** One file or folder of an answer. */
export interface DavEntry {
  /** The path of its address, decoded; folders end with a slash or not, as the server likes. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** What a `PROPFIND` asks for. */
export const propertyRequest: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><getcontentlength/>' +
    "<getetag/><getlastmodified/><resourcetype/></prop></propfind>",
);

/** The entries of an answer. Those whose address makes no sense are passed over. */
export function readMultistatus(xml: string): DavEntry[] {
  const entries: DavEntry[] = [];
  for (const response of elements(xml, "response")) {
    const path = pathOf(first(response, "href"));
    if (path === undefined) continue;
    // Properties that a file does not have come with a 404 of their own.
    const known = [...elements(response, "propstat")]
      .filter((one) => !/\s[45]\d\d\s/.test(first(one, "status") ?? "")).join("");
    const size = first(known, "getcontentlength");
    entries.push({
      path,
      isFolder: /<(?:[\w-]+:)?collection[\s/>]/i.test(first(known, "resourcetype") ?? ""),
      size: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined,
      etag: first(known, "getetag"),
      lastModified: first(known, "getlastmodified"),
    });
  }
  return entries;
}

function first(xml: string, name: string): string | undefined {
  for (const inside of elements(xml, name)) return unescapeXml(inside.trim());
  return undefined;
}

/** The insides of all elements of a name, whatever prefix stands for the namespace. */
function* elements(xml: string, name: string): Generator<string> {
  const opening = new RegExp(`<((?:[\\w-]+:)?${name})(?:\\s[^>]*)?(?<!/)>`, "gi");
  for (let match = opening.exec(xml); match !== null; match = opening.exec(xml)) {
    const start = match.index + match[0].length;
    const end = xml.indexOf(`</${match[1]}>`, start);
    if (end < 0) return;
    yield xml.slice(start, end);
    opening.lastIndex = end;
  }
}

/** Addresses are absolute or begin at the server's root. */
function pathOf(href: string | undefined): string | undefined {
  if (href === undefined) return undefined;
  const path = href.replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "");
  try {
    return decodeURIComponent(path === "" ? "/" : path);
  } catch {
    return undefined;
  }
}
