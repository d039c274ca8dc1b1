const COMMA = 0x2c;
/** JSON of some hundred rows. */
const SLAB_BYTES = 64 * 1024;
/** Length up to which a loop copies faster than a call into V8. */
const SHORT = 512;

/**
 * Memory that the JSON of many rows shares. Rows read one after another lie side by side, with commas between as in a list, so
 * that a page of them is sent as it lies: a string, or a memory of its own, of each would be most of a page's cost.
 */
export class Slab {
  private static current = new Slab(0);
  private used = 0;
  readonly bytes: Buffer;

  private constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** A slab with room for a row, and a comma behind it. */
  static for(length: number): Slab {
    const { current } = Slab;
    if (current.used + length < current.bytes.length) return current;
    Slab.current = new Slab(Math.max(SLAB_BYTES, length + 1));
    return Slab.current;
  }

  /** Copies a row's JSON. @returns where it begins */
  add(source: Buffer, from: number, to: number): number {
    const { bytes, used: start } = this;
    const length = to - from;
    if (length > SHORT) bytes.set(source.subarray(from, to), start);
    else for (let at = 0; at < length; at++) bytes[start + at] = source[from + at] as number;
    bytes[start + length] = COMMA;
    this.used = start + length + 1;
    return start;
  }
}

/** A row's JSON: in a slab, or else as a string. */
export interface JsonRow {
  readonly slab: Slab | undefined;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The JSON of rows as elements of a list, between two other pieces of JSON. */
export function listOf(before: string, rows: readonly JsonRow[], after: string): Buffer {
  const parts: Buffer[] = [Buffer.from(before)];
  for (let index = 0; index < rows.length; ) {
    const { slab, start, text } = rows[index++] as JsonRow;
    if (slab === undefined) {
      parts.push(Buffer.from(index < rows.length ? `${text},` : text));
      continue;
    }
    let { end } = rows[index - 1] as JsonRow;
    for (; index < rows.length; index++) {
      const next = rows[index] as JsonRow;
      if (next.slab !== slab || next.start !== end + 1) break;
      end = next.end;
    }
    parts.push(slab.bytes.subarray(start, index < rows.length ? end + 1 : end));
  }
  parts.push(Buffer.from(after));
  return Buffer.concat(parts);
}
