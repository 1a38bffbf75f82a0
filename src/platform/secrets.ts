/**
 * Secrets must not be seen: what a message or a log line may show of an address.
 *
 * @module
 */

/** What stands in the place of a secret. */
export const mask = "***";

/**
 * A text with its secrets masked: those that are named, and whatever looks like one in an address:
 * passwords (`https://user:***@host`), tokens in the place of a user, signed queries.
 */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret !== "") masked = masked.replaceAll(secret, mask);
  }
  return masked.replace(/(\b[a-z][\w+.-]{0,40}:\/\/)([^\s/?#'"]*)@/gi, maskUser)
    .replace(/([?&][^=?&#\s'"]+=)[^&#\s'"]+/g, maskParameter);
}

function maskUser(_all: string, scheme: string, user: string): string {
  const colon = user.indexOf(":");
  const name = colon < 0 ? user : user.slice(0, colon);
  return `${scheme}${looksLikeToken(name) ? mask : name}${colon < 0 ? "" : `:${mask}`}@`;
}

/** A token may stand where a user's name is meant. Names of people and roles are short. */
function looksLikeToken(user: string): boolean {
  return user.length >= 20 || /^(gh[a-z]|github|glpat|glptt|pat|hf|xox[a-z])[_-]/i.test(user);
}

const secretNames =
  /^[?&](.*[_-])?(token|key|secret|password|passwd|pwd|sig|signature|credential|auth|code)=$/i;

function maskParameter(all: string, name: string): string {
  return secretNames.test(name) ? name + mask : all;
}
