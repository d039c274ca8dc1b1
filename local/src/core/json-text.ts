/** Member of an output that has its JSON at hand: the text is sent as it is, and no member of the output is looked at. */
const JSON_TEXT = Symbol('JSON text');

/**
 * Gives an output the text that it is in JSON, for answers so large that to make objects of what is stored, and text of
 * those again, would be most of their cost.
 * @param text called at most once, when the answer goes out in JSON
 */
export function withJsonText<T extends object>(output: T, text: () => string): T {
  return Object.defineProperty(output, JSON_TEXT, { value: text });
}

/** Whether an output has its text, so that nothing is to be looked for in its members. */
export function hasJsonText(output: object): boolean {
  return JSON_TEXT in output;
}

/** @returns undefined for an output without one */
export function jsonTextOf(output: unknown): string | undefined {
  return typeof output === 'object' && output !== null
    ? (output as { [JSON_TEXT]?: () => string })[JSON_TEXT]?.()
    : undefined;
}
