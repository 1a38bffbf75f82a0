/**
 * Colours. A coloured text carries invisible marks (lone surrogates, which no file name that was
 * decoded from bytes can hold); the place that writes it turns them into escape sequences on a
 * terminal that wants colours and drops them elsewhere. So nobody else asks what stdout is, and
 * what a hostile name brings along is never taken for a colour.
 *
 * @module
 */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 };

/** A colour or weight of text. */
export type Style = keyof typeof codes;

const styles: readonly Style[] = [
  "bold",
  "dim",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
];
const firstMark = 0xdc80;
const endMark = "\udcff";
const marks = /[\udc80-\udcff]/gu;

/** Marks a text with a colour or weight; not to be nested. */
export function styled(style: Style, text: string): string {
  return text === ""
    ? text
    : String.fromCharCode(firstMark + styles.indexOf(style)) + text + endMark;
}

/** Turns the marks into escape sequences, or drops them. */
export function renderStyles(text: string, colors: boolean): string {
  return text.replace(marks, (mark) => {
    if (!colors) return "";
    if (mark === endMark) return "\x1b[0m";
    const style = styles[mark.charCodeAt(0) - firstMark];
    return style === undefined ? "" : `\x1b[${codes[style]}m`;
  });
}

/** The text without its marks. */
export function withoutStyles(text: string): string {
  return renderStyles(text, false);
}

/** Whether a terminal wants colours: `NO_COLOR` and a dumb terminal say no. */
export function wantsColors(
  terminal: boolean,
  environment: Readonly<Record<string, string>>,
): boolean {
  return terminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}
