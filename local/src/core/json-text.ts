/**
 * An output that writes its JSON itself, for answers so large that most of their cost would be to make objects of stored JSON,
 * and JSON of those again.
 */
export abstract class JsonOutput {
  abstract jsonText(): string | Buffer;
}

/** @returns undefined for an output that doesn't write its JSON itself */
export function jsonTextOf(output: unknown): string | Buffer | undefined {
  return output instanceof JsonOutput ? output.jsonText() : undefined;
}
