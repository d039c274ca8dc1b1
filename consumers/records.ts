import type { KinesisStreamRecord } from 'aws-lambda';

/**
 * The JSON documents of a Kinesis record: one, or one a line, as the producer packs them. Text that isn't JSON is
 * returned as text, so that no record is dropped.
 */
export function documentsOf(record: KinesisStreamRecord): unknown[] {
  const text = Buffer.from(record.kinesis.data, 'base64').toString('utf8');
  const whole = parsed(text);
  if (whole !== undefined) return [whole];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parsed(line) ?? line);
}

/** A field of a document; undefined if it has none. */
export function fieldOf(document: unknown, field: string): unknown {
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, field)) return undefined;
  return (document as Record<string, unknown>)[field];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
