import type { Readable } from 'node:stream';
import type { EventChunk, EventSource } from './source';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LINE_END = Buffer.from('\n');

/**
 * Creates a source of the lines of newline-delimited JSON, unchanged and unparsed. Blank lines are dropped. The stream
 * is read only as fast as events are taken. A line longer than `maxLineBytes` is cut to that length plus one, which is
 * enough for the sender to refuse it, so that a file without newlines doesn't fill memory.
 *
 * @param maxLineBytes at least the largest record that the stream takes
 */
export function createNdjsonSource(input: Readable, maxLineBytes = 10 * 1024 * 1024): EventSource {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let buffer: Buffer = Buffer.alloc(0);
  let offset = 0;
  let ended = false;
  let skipping = false;

  const take = (max: number): EventChunk | undefined => {
    const starts: number[] = [];
    const ends: number[] = [];
    const from = offset;
    while (starts.length < max) {
      const newline = buffer.indexOf(NEWLINE, offset);
      if (newline < 0) break;
      const end = newline > offset && buffer[newline - 1] === RETURN ? newline - 1 : newline;
      if (end > offset) {
        starts.push(offset - from);
        ends.push(end - from);
      }
      offset = newline + 1;
    }
    return starts.length > 0 ? { bytes: buffer.subarray(from, offset), starts, ends } : undefined;
  };

  const append = (piece: Buffer): void => {
    let rest = piece;
    if (skipping) {
      const newline = rest.indexOf(NEWLINE);
      if (newline < 0) return;
      skipping = false;
      rest = rest.subarray(newline);
    }
    buffer = offset < buffer.length ? Buffer.concat([buffer.subarray(offset), rest]) : rest;
    offset = 0;
    if (buffer.length > maxLineBytes + 1 && buffer.indexOf(NEWLINE) < 0) {
      buffer = Buffer.from(buffer.subarray(0, maxLineBytes + 1));
      skipping = true;
    }
  };

  const readOn = async (max: number): Promise<EventChunk | undefined> => {
    while (!ended) {
      const { value, done } = await chunks.next();
      if (done) {
        ended = true;
        if (offset < buffer.length) append(LINE_END);
      } else {
        append(typeof value === 'string' ? Buffer.from(value) : value);
      }
      const chunk = take(max);
      if (chunk) return chunk;
    }
    return undefined;
  };

  return {
    next: (max) => take(max) ?? (ended ? undefined : readOn(max)),
    close: () => {
      input.destroy();
    },
  };
}
