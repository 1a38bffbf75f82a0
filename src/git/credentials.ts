/**
 * Credentials that were typed into an address: taken out of it, so that they stand in no process
 * list, stage file or mirror, and handed to git by its environment.
 *
 * @module
 */

/** An address without its secrets, and the settings that bring them back for git alone. */
export interface SplitAddress {
  readonly url: string;
  readonly config: readonly (readonly [key: string, value: string])[];
  readonly secrets: readonly string[];
}

/** Splits an address; those without a password, and all that are not HTTP, stay as they are. */
export function splitCredentials(address: string): SplitAddress {
  const whole: SplitAddress = { url: address, config: [], secrets: [] };
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return whole;
  const url = new URL(address);
  if (url.username === "" && url.password === "") return whole;
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  url.username = "";
  url.password = "";
  const header = btoa(
    String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)),
  );
  return {
    url: url.href,
    config: [[`http.${url.origin}/.extraHeader`, `Authorization: Basic ${header}`]],
    secrets: [password, header, encodeURIComponent(password)].filter((one) => one !== ""),
  };
}
