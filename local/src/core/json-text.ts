/**
 * An output that writes its own JSON: parsing stored JSON and serializing it again would be most of the cost of large
 * answers.
 */
export abstract class JsonOutput {
  abstract jsonText(): string | Buffer;
}

/** @returns undefined for an output that doesn't write its JSON itself */
export function jsonTextOf(output: unknown): string | Buffer | undefined {
  return output instanceof JsonOutput ? output.jsonText() : undefined;
}
