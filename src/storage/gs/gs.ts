/**
 * Google Cloud Storage, by its JSON protocol. Google's library says who we are.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import type { Environment } from "../../platform/user_folders.ts";
import { CloudClient, type CloudRequest, rangeOf, required } from "../cloud_client.ts";
import { storageError } from "../fault.ts";
import { folderEntries, type FolderPage, keyBelow, pathBelow, rootOf } from "../object_keys.ts";
import { type ObjectService, ObjectStorage, type PartsOptions } from "../object_storage.ts";
import { type StorageOptions, text } from "../options.ts";
import type { PartSource } from "../parts.ts";
import type {
  FileVersion,
  FolderEntry,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "../storage.ts";
import { parseUrl } from "../web_endpoint.ts";
import { googleIdentity } from "./identity.ts";
import { googleProblem } from "./problem.ts";
import { sendResumable } from "./resumable.ts";

/** Opens `gs://bucket/path`. */
export function openGsStorage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Storage {
  const { url, options } = remote;
  const [, bucket = "", rest = ""] = /^gs:\/\/([^/?#@:]+)\/*(.*)$/is.exec(url) ?? [];
  if (bucket === "") {
    throw new DvtError("configuration", `'${url}' does not name a bucket as gs://bucket/path does`);
  }
  const endpoint = endpointOf(options, context.environment);
  const identity = googleIdentity(options, { endpoint, context });
  const client = new CloudClient(identity, { options, context });
  const place = { bucket, prefix: rest.replace(/\/+$/, ""), endpoint };
  return new ObjectStorage(new GsService(client, place), context);
}

interface GsPlace {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  readonly endpoint: URL;
}

function endpointOf(options: StorageOptions, environment: Environment): URL {
  const emulator = environment["STORAGE_EMULATOR_HOST"] ?? "";
  const own = text(options, "endpointurl");
  if (own !== undefined) return parseUrl(own);
  if (emulator === "" || emulator === "default") return new URL("https://storage.googleapis.com");
  return parseUrl(/^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`);
}

const fields = "name,size,etag,generation,updated";

class GsService implements ObjectService {
  readonly label: string;
  readonly concurrency = 32;
  readonly sizes = { partSize: 16 << 20, threshold: 16 << 20 };
  readonly #client: CloudClient;
  readonly #place: GsPlace;
  #bucketSeen = false;

  constructor(client: CloudClient, place: GsPlace) {
    this.#client = client;
    this.#place = place;
    this.label = this.url("");
  }

  async stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    if (this.#name(path) === "") return undefined; // the bucket is no file
    const request = this.#object("GET", path, {
      deed: "read",
      query: { fields, ...generation(version) },
    });
    const answer = await this.#accepted(request);
    return answer === undefined ? undefined : storedFile(path, await this.#json(answer, request));
  }

  async open(path: string, part: ReadPart): Promise<OpenFile | undefined> {
    const request = this.#media(path, part);
    const answer = await this.#accepted(request);
    if (answer === undefined) return undefined;
    // The etag of the bytes is not that of the object, which the request asked for.
    const { etag: _, ...rest } = part;
    const file = await this.#client.open(answer, { request, part: rest });
    const found = answer.headers.get("x-goog-generation");
    return Object.assign(file, { etag: undefined }, found === null ? {} : { versionId: found });
  }

  async bytes(path: string, part: ReadPart): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const request = this.#media(path, part);
    const answer = await this.#accepted(request);
    return answer === undefined ? undefined : await this.#client.bytes(answer, request);
  }

  pin({ versionId }: OpenFile): Pick<ReadPart, "versionId"> {
    return versionId === undefined ? {} : { versionId };
  }

  async put(path: string, body: Uint8Array<ArrayBuffer>): Promise<WrittenFile> {
    const request = this.#upload(path, { uploadType: "media", fields }, body);
    const answer = await this.#required(request);
    return written(await this.#json(answer, request));
  }

  async putParts(
    path: string,
    parts: PartSource,
    { again }: PartsOptions,
  ): Promise<WrittenFile> {
    const begin = this.#upload(path, { uploadType: "resumable", fields });
    const answer = await again(() => this.#required(begin));
    await answer.discard();
    const session = answer.headers.get("location");
    if (session === null) {
      throw storageError("unexpected", `cannot write '${this.url(path)}': no upload began`);
    }
    const request = { ...begin, method: "PUT", url: new URL(session, begin.url) } as const;
    const last = await sendResumable(parts, {
      send: (more) => this.#client.send({ ...request, ...more }),
      again,
      failed: (answer) => this.#problem(answer, request),
    });
    return written(await this.#json(last, request));
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    const root = rootOf(this.#place.prefix);
    const wanted = { prefix: root + prefix, fields: `nextPageToken,items(${fields})` };
    for await (const { items } of this.#pages(wanted)) {
      for (const item of items ?? []) {
        const path = pathBelow(root, item.name ?? "");
        if (path !== undefined) yield storedFile(path, item);
      }
    }
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return folderEntries(this.#name(path), (root) => this.#folderPages(root));
  }

  async remove(path: string, version?: FileVersion): Promise<void> {
    const request = this.#object("DELETE", path, { deed: "remove", query: generation(version) });
    await (await this.#accepted(request))?.discard();
  }

  /** Versions as DVC shows them. */
  url(path: string, version?: FileVersion): string {
    const name = this.#name(path);
    const address = `gs://${this.#place.bucket}${name === "" ? "" : `/${name}`}`;
    return version?.versionId === undefined ? address : `${address}#${version.versionId}`;
  }

  close(): void {
    this.#client.close();
  }

  #name(path: string): string {
    return keyBelow(this.#place.prefix, path);
  }

  async *#folderPages(root: string): AsyncGenerator<FolderPage> {
    const fields = "nextPageToken,prefixes,items(name,size)";
    for await (const page of this.#pages({ prefix: root, delimiter: "/", fields })) {
      yield {
        files: (page.items ?? []).map(({ name, size }) => ({
          key: name ?? "",
          size: Number(size ?? 0),
        })),
        folders: page.prefixes ?? [],
      };
    }
  }

  async *#pages(query: Readonly<Record<string, string>>): AsyncGenerator<GsPage> {
    let pageToken: string | undefined;
    do {
      const url = this.#url(`storage/v1/b/${encodeURIComponent(this.#place.bucket)}/o`, {
        maxResults: "1000",
        ...query,
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      const request: CloudRequest = { method: "GET", deed: "list", url, address: this.label };
      const answer = await this.#accepted(request);
      if (answer === undefined) return;
      const page = await this.#json(answer, request) as GsPage;
      yield page;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined && pageToken !== "");
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(this.#place.endpoint);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${path}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }

  #object(
    method: "GET" | "DELETE",
    path: string,
    { deed, query }: Pick<CloudRequest, "deed"> & { query: Readonly<Record<string, string>> },
  ): CloudRequest {
    const bucket = encodeURIComponent(this.#place.bucket);
    const name = encodeURIComponent(this.#name(path));
    const url = this.#url(`storage/v1/b/${bucket}/o/${name}`, query);
    return { method, deed, url, address: this.url(path) };
  }

  #media(path: string, part: ReadPart): CloudRequest {
    const query = { alt: "media", ...generation(part) };
    const request = this.#object("GET", path, { deed: "read", query });
    const state = part.etag === undefined ? {} : { "if-match": base64Of(part.etag) };
    return { ...request, headers: { ...rangeOf(part), ...state } };
  }

  #upload(
    path: string,
    query: Readonly<Record<string, string>>,
    body: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ): CloudRequest {
    const url = this.#url(`upload/storage/v1/b/${encodeURIComponent(this.#place.bucket)}/o`, {
      ...query,
      name: this.#name(path),
    });
    return { method: "POST", deed: "write", url, address: this.url(path), body };
  }

  async #json(answer: HttpAnswer, request: CloudRequest): Promise<GsObject & GsPage> {
    const text = await this.#client.text(answer, request);
    try {
      return JSON.parse(text);
    } catch {
      throw storageError(
        "unexpected",
        `'${request.url.origin}' does not answer as Google Cloud Storage does`,
      );
    }
  }

  async #required(request: CloudRequest): Promise<HttpAnswer> {
    return required(await this.#accepted(request), request);
  }

  async #accepted(request: CloudRequest): Promise<HttpAnswer | undefined> {
    const answer = await this.#client.accept(request, (answer) => this.#problem(answer, request));
    this.#bucketSeen ||= answer !== undefined;
    return answer;
  }

  /** Undefined where the object alone is missing; throws everything else. */
  async #problem(answer: HttpAnswer, { address, deed, url }: CloudRequest): Promise<undefined> {
    const body = await answer.text();
    const problem = googleProblem(answer, body, {
      ...{ address, deed, identity: this.#client.identity.label },
      ...{ bucket: this.#place.bucket, endpoint: url.origin },
    });
    if (problem !== undefined) throw problem;
    if (this.#bucketSeen) return;
    // The answer may as well mean that the bucket is not there; a listing tells.
    const { done } = await this.#pages({ maxResults: "1", fields: "nextPageToken" }).next();
    this.#bucketSeen = done !== true;
  }
}

/** What the service tells of an object; numbers come as text. */
interface GsObject {
  readonly name?: string;
  readonly size?: string | number;
  /** In base64. */
  readonly etag?: string;
  readonly generation?: string | number;
  readonly updated?: string;
}

interface GsPage {
  readonly items?: readonly GsObject[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

function generation(version: FileVersion | undefined): Record<string, string> {
  return version?.versionId === undefined ? {} : { generation: version.versionId };
}

function storedFile(path: string, item: GsObject): StoredFile {
  return {
    path,
    size: Number(item.size ?? 0),
    ...written(item),
    ...(item.updated === undefined ? {} : { lastModified: item.updated }),
  };
}

/** Etag (in hex, as DVC records it) and generation of an object. */
function written({ etag, generation }: GsObject): WrittenFile {
  return {
    ...(etag === undefined ? {} : { etag: hexOf(etag) }),
    ...(generation === undefined ? {} : { versionId: String(generation) }),
  };
}

function hexOf(etag: string): string {
  try {
    return Uint8Array.fromBase64(etag.replaceAll('"', "")).toHex();
  } catch {
    return etag;
  }
}

function base64Of(etag: string): string {
  return /^(?:[0-9a-f]{2})+$/.test(etag) ? Uint8Array.fromHex(etag).toBase64() : etag;
}
