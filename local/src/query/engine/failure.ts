/** How a failure of a row travels through the engine, which knows texts alone: its code, its file, what is wrong. */
const FORM = /row failure (\w+) ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")/;

export const rowFailure = (code: string, file: string, message: string): string =>
  `row failure ${code} ${JSON.stringify(file)} ${JSON.stringify(message.slice(0, 500))}`;

/** What {@link rowFailure} was given; undefined for any other text. */
export function parseRowFailure(text: string): { code: string; file: string; message: string } | undefined {
  const [, code, file, message] = FORM.exec(text) ?? [];
  if (code === undefined || file === undefined || message === undefined) return undefined;
  return { code, file: JSON.parse(file) as string, message: JSON.parse(message) as string };
}
