/**
 * Azure Blob Storage, by its REST protocol. Azure's library says who we are.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { CloudClient, type CloudRequest, rangeOf, required } from "../cloud_client.ts";
import { storageError } from "../fault.ts";
import { element, elements, escapeXml } from "../flat_xml.ts";
import { folderEntries, type FolderPage, keyBelow, pathBelow, rootOf } from "../object_keys.ts";
import { type ObjectService, ObjectStorage, type PartsOptions } from "../object_storage.ts";
import type { StorageOptions } from "../options.ts";
import { type PartSource, sendParts } from "../parts.ts";
import type {
  FileVersion,
  FolderEntry,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "../storage.ts";
import { encodePath } from "../storage_path.ts";
import { azureIdentity } from "./identity.ts";
import { azureProblem, isMissingBlob } from "./problem.ts";
import { type AzureSettings, azureSettings } from "./settings.ts";

/** Opens `azure://container/path`. */
export function openAzureStorage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Storage {
  const settings = azureSettings(remote, context);
  const client = new CloudClient(azureIdentity(settings), { options: remote.options, context });
  return new ObjectStorage(new AzureService(client, settings), context);
}

class AzureService implements ObjectService {
  readonly label: string;
  readonly concurrency = 32;
  readonly sizes = { partSize: 8 << 20, threshold: 16 << 20 };
  readonly #client: CloudClient;
  readonly #settings: AzureSettings;

  constructor(client: CloudClient, settings: AzureSettings) {
    this.#client = client;
    this.#settings = settings;
    this.label = this.url("");
  }

  async stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    if (this.#name(path) === "") return undefined; // the container is no file
    const answer = await this.#call({ method: "HEAD", deed: "read", path, version });
    if (answer === undefined) return undefined;
    await answer.discard();
    if (answer.headers.get("x-ms-meta-hdi_isfolder") === "true") return undefined;
    const lastModified = answer.headers.get("last-modified");
    return {
      path,
      ...(answer.length === undefined ? {} : { size: answer.length }),
      ...written(answer),
      ...(lastModified === null ? {} : { lastModified }),
    };
  }

  async open(path: string, part: ReadPart): Promise<OpenFile | undefined> {
    const request = this.#request({
      ...{ method: "GET", deed: "read", path, version: part } as const,
      headers: rangeOf(part),
    });
    const answer = await this.#accepted(request);
    if (answer === undefined) return undefined;
    const file = await this.#client.open(answer, { request, part });
    return Object.assign(file, written(answer));
  }

  async bytes(path: string, part: ReadPart): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const headers = {
      ...rangeOf(part),
      ...(part.etag === undefined ? {} : { "if-match": part.etag }),
    };
    const request = this.#request({ method: "GET", deed: "read", path, version: part, headers });
    const answer = await this.#accepted(request);
    return answer === undefined ? undefined : await this.#client.bytes(answer, request);
  }

  pin({ etag }: OpenFile): Pick<ReadPart, "etag"> {
    return etag === undefined ? {} : { etag };
  }

  async put(path: string, body: Uint8Array<ArrayBuffer>): Promise<WrittenFile> {
    const headers = { "x-ms-blob-type": "BlockBlob" };
    const answer = await this.#required({ method: "PUT", deed: "write", path, headers, body });
    await answer.discard();
    return written(answer);
  }

  /** Blocks that no list ever names go by themselves after a week. */
  async putParts(
    path: string,
    parts: PartSource,
    { budget, again }: PartsOptions,
  ): Promise<WrittenFile> {
    const run = crypto.randomUUID().slice(0, 8);
    const ids: string[] = [];
    await sendParts(parts, {
      budget,
      sendPart: async (number, body) => {
        const blockid = btoa(`${run}-${String(number).padStart(6, "0")}`);
        const query = { comp: "block", blockid };
        const answer = await again(() =>
          this.#required({ method: "PUT", deed: "write", path, query, body })
        );
        await answer.discard();
        ids[number - 1] = blockid;
      },
    });
    const list = ids.map((id) => `<Latest>${escapeXml(id)}</Latest>`).join("");
    const answer = await again(() =>
      this.#required({
        ...{ method: "PUT", deed: "write", path, query: { comp: "blocklist" } } as const,
        headers: { "x-ms-blob-content-type": "application/octet-stream" },
        body: new TextEncoder().encode(
          `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`,
        ),
      })
    );
    await answer.discard();
    return written(answer);
  }

  async *list(
    prefix: string,
    { versions }: { versions: boolean },
  ): AsyncIterable<StoredFile> {
    const root = rootOf(this.#settings.prefix);
    const query = { prefix: root + prefix, ...(versions ? { include: "versions" } : {}) };
    for await (const page of this.#pages(query)) {
      for (const item of elements(page, "Blob")) {
        const path = isFolder(item) ? undefined : pathBelow(root, nameIn(item));
        if (path === undefined) continue;
        if (versions && element(item, "VersionId") !== undefined) {
          if (element(item, "IsCurrentVersion") !== "true") continue;
        }
        yield storedFile(path, item);
      }
    }
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return folderEntries(this.#name(path), (root) => this.#folderPages(root));
  }

  async remove(path: string, version?: FileVersion): Promise<void> {
    const answer = await this.#call({ method: "DELETE", deed: "remove", path, version });
    await answer?.discard();
  }

  /** Versions as DVC shows them. */
  url(path: string, version?: FileVersion): string {
    const name = this.#name(path);
    const address = `azure://${this.#settings.container}${name === "" ? "" : `/${name}`}`;
    return version?.versionId === undefined
      ? address
      : `${address}?versionid=${encodeURIComponent(version.versionId)}`;
  }

  close(): void {
    this.#client.close();
  }

  #name(path: string): string {
    const { prefix } = this.#settings;
    if (path.includes("\\")) {
      throw storageError("unsupported", `Azure would make slashes of the backslashes in '${path}'`);
    }
    return keyBelow(prefix, path);
  }

  async *#folderPages(root: string): AsyncGenerator<FolderPage> {
    for await (const page of this.#pages({ prefix: root, delimiter: "/" })) {
      // A folder's own blob, where there is one, makes the folder be there and is no file of it.
      yield {
        files: [...elements(page, "Blob")].map((item) => ({
          key: isFolder(item) ? root : nameIn(item),
          size: Number(element(item, "Content-Length") ?? "0"),
        })),
        folders: [...elements(page, "BlobPrefix")].map(nameIn),
      };
    }
  }

  async *#pages(query: Readonly<Record<string, string>>): AsyncGenerator<string> {
    let marker = "";
    do {
      const url = this.#url("", {
        ...{ restype: "container", comp: "list", maxresults: "5000" },
        ...query,
        ...(marker === "" ? {} : { marker }),
      });
      const request: CloudRequest = { method: "GET", deed: "list", url, address: this.label };
      const answer = await this.#accepted(request);
      if (answer === undefined) return;
      const page = await this.#client.text(answer, request);
      yield page;
      marker = element(page, "NextMarker") ?? "";
    } while (marker !== "");
  }

  #url(name: string, query: Readonly<Record<string, string>>): URL {
    const { endpoint, container, login } = this.#settings;
    const url = new URL(endpoint);
    const below = name === "" ? "" : `/${encodePath(name)}`;
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${container}${below}`;
    url.search = login.kind === "sas" ? login.token : "";
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }

  #request({ path, query, version, ...request }: BlobRequest): CloudRequest {
    const versionid = version?.versionId;
    const url = this.#url(this.#name(path), {
      ...query,
      ...(versionid === undefined ? {} : { versionid }),
    });
    return { ...request, url, address: this.url(path) };
  }

  #call(request: BlobRequest): Promise<HttpAnswer | undefined> {
    return this.#accepted(this.#request(request));
  }

  async #required(request: BlobRequest): Promise<HttpAnswer> {
    return required(await this.#call(request), { address: this.url(request.path) });
  }

  #accepted(request: CloudRequest): Promise<HttpAnswer | undefined> {
    return this.#client.accept(request, (answer) => this.#refused(answer, request));
  }

  /** Undefined where the blob alone is missing; throws everything else. */
  async #refused(answer: HttpAnswer, request: CloudRequest): Promise<undefined> {
    if (isMissingBlob(answer)) {
      await answer.discard();
      return undefined;
    }
    const body = request.method === "HEAD" ? "" : await answer.text();
    if (request.method === "HEAD") await answer.discard();
    throw azureProblem(answer, body, {
      address: request.address,
      deed: request.deed,
      identity: this.#client.identity.label,
      container: this.#settings.container,
      endpoint: this.#settings.endpoint.origin,
    });
  }
}

interface BlobRequest extends Pick<CloudRequest, "method" | "deed" | "headers" | "body"> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly version?: FileVersion | undefined;
}

/** Accounts with real folders list them as blobs, too. */
function isFolder(item: string): boolean {
  return element(item, "ResourceType") === "directory";
}

/** Names that XML cannot hold come encoded once more. */
function nameIn(item: string): string {
  const encoded = /<Name Encoded="true">([^<]*)<\/Name>/.exec(item)?.[1];
  return encoded === undefined ? element(item, "Name") ?? "" : decodeURIComponent(encoded);
}

function storedFile(path: string, item: string): StoredFile {
  const etag = element(item, "Etag");
  const lastModified = element(item, "Last-Modified");
  const versionId = element(item, "VersionId");
  return {
    path,
    size: Number(element(item, "Content-Length") ?? "0"),
    ...(etag === undefined ? {} : { etag: quoted(etag) }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(versionId === undefined ? {} : { versionId }),
  };
}

/** Etag (in quotes, as DVC records it) and version of an answer. */
function written(answer: HttpAnswer): WrittenFile {
  const etag = answer.headers.get("etag");
  const versionId = answer.headers.get("x-ms-version-id");
  return {
    ...(etag === null ? {} : { etag: quoted(etag) }),
    ...(versionId === null ? {} : { versionId }),
  };
}

function quoted(etag: string): string {
  return `"${etag.replaceAll('"', "")}"`;
}
