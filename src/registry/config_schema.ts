/**
 * Every option that DVC knows, and what it takes. DVC refuses all others.
 *
 * @module
 */

import type { LinkType } from "../workspace/place.ts";

const linkTypes: readonly LinkType[] = ["reflink", "hardlink", "symlink", "copy"];

/** Whether a word of `cache.type` is a link type. */
export function isLinkType(word: string): word is LinkType {
  return linkTypes.some((type) => type === word);
}

/**
 * What an option's text may be.
 *
 * - `text`: anything but a list; `lower`: the same in lower case
 * - `bool`: `true` or `false`; `bool-or-text`: these, or a path
 * - `integer`; `positive`: a whole number of at least 1; `seconds`: a number of at least 0; `number`
 * - `links`: link types, as a list or behind commas
 * - `choice`: one of a few words
 * - `never`: what a configuration file cannot say, as DVC checks for a type that no text has
 */
export type Rule =
  | { readonly kind: "text" | "lower" | "bool" | "bool-or-text" | "integer" | "positive" }
  | { readonly kind: "seconds" | "number" | "links" }
  | { readonly kind: "percent" }
  | { readonly kind: "choice"; readonly words: readonly string[] }
  | { readonly kind: "never"; readonly expected: string };

/** Options by name. */
export type Options = Readonly<Record<string, Rule>>;

/** What a section may hold. */
export interface SectionRules {
  /** `options`: options; `named`: sections with names, each of which holds options. */
  readonly holds: "options" | "named" | "remotes";
  readonly options: Options;
  /** Options of which only one may be set, under the name that DVC gives the group. */
  readonly exclusive?: { readonly group: string; readonly options: readonly string[] };
  /** Unknown options are let through with a warning. */
  readonly open?: boolean;
}

const text: Rule = { kind: "text" };
const lower: Rule = { kind: "lower" };
const bool: Rule = { kind: "bool" };
const integer: Rule = { kind: "integer" };
const positive: Rule = { kind: "positive" };
const verification: Rule = { kind: "bool-or-text" };

function choice(...words: readonly string[]): Rule {
  return { kind: "choice", words };
}

function all(names: string, rule: Rule): Options {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

const anyRemote: Options = {
  url: text,
  ...all("checksum_jobs jobs", positive),
  ...all("worktree no_traverse version_aware", bool),
};

const local: Options = {
  type: { kind: "links" },
  ...all("protected slow_link_warning verify", bool),
  shared: choice("group"),
};

const http: Options = {
  ...anyRemote,
  auth: choice("basic", "digest", "custom"),
  ...all("custom_auth_header user password method", text),
  ...all("ask_password verify", bool),
  ssl_verify: verification,
  ...all("connect_timeout read_timeout", { kind: "seconds" }),
};

const webdav: Options = {
  ...anyRemote,
  ...all("user password token bearer_token_command custom_auth_header cert_path key_path", text),
  ...all("ask_password verify", bool),
  timeout: integer,
  ssl_verify: verification,
};

/** The options of a remote by the scheme of its URL; a local path has the scheme `""`. */
export const remoteRules: Readonly<Record<string, Options>> = {
  "": { ...anyRemote, ...local },
  s3: {
    ...anyRemote,
    ...all("region profile credentialpath configpath endpointurl access_key_id", text),
    ...all("secret_access_key session_token sse sse_kms_key_id sse_customer_algorithm", text),
    ...all("sse_customer_key acl grant_read grant_read_acp grant_write_acp", text),
    grant_full_control: text,
    ...all("listobjects use_ssl allow_anonymous_login verify", bool),
    ssl_verify: verification,
    cache_regions: { kind: "never", expected: "bool" },
    ...all("read_timeout connect_timeout", integer),
  },
  gs: {
    ...anyRemote,
    ...all("projectname credentialpath endpointurl", text),
    ...all("verify allow_anonymous_login", bool),
  },
  ssh: {
    ...anyRemote,
    type: { kind: "links" },
    ...all("port timeout max_sessions", integer),
    ...all("user password passphrase keyfile", text),
    ...all("ask_password ask_passphrase gss_auth allow_agent verify", bool),
  },
  hdfs: {
    ...anyRemote,
    ...all("user kerb_ticket", text),
    replication: { kind: "never", expected: "int" },
  },
  webhdfs: {
    ...anyRemote,
    ...all("kerberos use_https verify", bool),
    ...all("kerberos_principal proxy_to token user password data_proxy_target", text),
    ssl_verify: verification,
  },
  azure: {
    ...anyRemote,
    ...all("connection_string sas_token account_name account_key tenant_id client_id", text),
    client_secret: text,
    ...all("allow_anonymous_login exclude_environment_credential verify", bool),
    ...all("exclude_visual_studio_code_credential exclude_shared_token_cache_credential", bool),
    exclude_managed_identity_credential: bool,
    ...all("timeout read_timeout connection_timeout", integer),
  },
  oss: { ...anyRemote, ...all("oss_key_id oss_key_secret oss_endpoint", text), verify: bool },
  gdrive: {
    ...anyRemote,
    ...all("profile gdrive_client_id gdrive_client_secret gdrive_user_credentials_file", text),
    ...all("gdrive_service_account_user_email gdrive_service_account_json_file_path", text),
    ...all("gdrive_use_service_account gdrive_trash_only gdrive_acknowledge_abuse verify", bool),
  },
  http,
  https: http,
  webdav,
  webdavs: webdav,
};

/** The sections of a configuration file. */
export const sectionRules: Readonly<Record<string, SectionRules>> = {
  core: {
    holds: "options",
    options: {
      ...all("remote machine", lower),
      checksum_jobs: positive,
      ...all("interactive analytics hardlink_lock no_scm autostage experiments check_update", bool),
      site_cache_dir: text,
    },
  },
  cache: {
    holds: "options",
    options: { ...all("local s3 gs hdfs webhdfs ssh azure dir", text), ...local },
  },
  remote: { holds: "remotes", options: {} },
  state: {
    holds: "options",
    options: { dir: text, row_limit: positive, row_cleanup_quota: { kind: "percent" } },
  },
  index: { holds: "options", options: { dir: text } },
  machine: {
    holds: "named",
    options: {
      cloud: choice("aws", "azure"),
      region: choice("us-west", "us-east", "eu-west", "eu-north"),
      ...all("image ssh_private startup_script setup_script", text),
      spot: bool,
      spot_price: { kind: "number" },
      instance_hdd_size: integer,
      ...all("instance_type instance_gpu", lower),
    },
  },
  feature: { holds: "options", options: { machine: bool }, open: true },
  plots: { holds: "options", options: { ...all("html_template out_dir", text), auto_open: bool } },
  exp: {
    holds: "options",
    options: {
      ...all("code data models metrics params plots live git_remote", text),
      auto_push: bool,
    },
  },
  parsing: {
    holds: "options",
    options: {
      bool: choice("store_true", "boolean_optional"),
      list: choice("nargs", "append"),
    },
  },
  hydra: {
    holds: "options",
    options: { enabled: bool, ...all("config_dir config_module config_name plugins_path", text) },
    exclusive: { group: "config_source", options: ["config_dir", "config_module"] },
  },
  studio: { holds: "options", options: { ...all("token url repo_url", text), offline: bool } },
  db: { holds: "named", options: all("url username password", text) },
};

const secretOptions: ReadonlySet<string> = new Set([
  "password passphrase token secret_access_key access_key_id session_token sse_customer_key",
  "connection_string sas_token account_key client_secret oss_key_id oss_key_secret",
  "gdrive_client_secret",
].flatMap((names) => names.split(" ")));

/** Whether an option's value should not lie in a repository for all to read. */
export function isSecretOption(option: string): boolean {
  return secretOptions.has(option);
}
