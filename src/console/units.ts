/**
 * Sizes, durations and counts in words for people.
 *
 * @module
 */
const units = ["", "k", "M", "G", "T", "P", "E", "Z"];

/**
 * A size in bytes as DVC shows it: `512`, `1.00k`, `12.3M`, `456G`; steps of 1024, three
 * significant digits, ties to even as Python rounds.
 */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return fixed(bytes, 0);
  let value = bytes;
  for (const unit of units) {
    if (value < 999.5) {
      if (value < 9.995) return fixed(value, 2) + unit;
      if (value < 99.95) return fixed(value, 1) + unit;
      return fixed(value, 0) + unit;
    }
    value /= 1024;
  }
  return `${fixed(value, 1)}Y`;
}

/** A number with `digits` decimals, exact ties to even. */
function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(60);
  const cut = exact.length - 60 + digits;
  if (!/^\.?50*$/.test(exact.slice(digits === 0 ? cut - 1 : cut))) return rounded;
  const down = exact.slice(0, digits === 0 ? cut - 1 : cut);
  return /[02468]$/.test(down) ? down : rounded;
}

/** A span of time: `0.4 s`, `12 s`, `3:05`, `1:02:03`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const pad = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** DVC's summary of a transfer: `2 files fetched, 1 file added and 3 files deleted`; zeros left out. */
export function summary(parts: readonly (readonly [state: string, files: number])[]): string {
  const words = parts.filter(([, files]) => files > 0)
    .map(([state, files]) => `${count(files, "file")} ${state}`);
  return joinWords(words);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
