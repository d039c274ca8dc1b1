/** Text form of a row's failure: the engine passes errors as text alone. Its code, its file, its message. */
const FORM = /row failure (\w+) ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")/;

export const rowFailure = (code: string, file: string, message: string): string =>
  `row failure ${code} ${JSON.stringify(file)} ${JSON.stringify(message.slice(0, 500))}`;

/** Parses the text of {@link rowFailure}; undefined for any other. */
export function parseRowFailure(text: string): { code: string; file: string; message: string } | undefined {
  const [, code, file, message] = FORM.exec(text) ?? [];
  if (code === undefined || file === undefined || message === undefined) return undefined;
  return { code, file: JSON.parse(file) as string, message: JSON.parse(message) as string };
}
