const COMMA = 0x2c;
/** Size of a slab: the JSON of some hundred rows. */
const SLAB_BYTES = 64 * 1024;

/**
 * Memory shared by the JSON of many rows. Rows read one after another lie side by side, separated by commas as in a
 * list, so a page of them is sent without joining them: a string or buffer for each row would be most of a page's cost.
 */
export class Slab {
  private static current = new Slab(0);
  private used = 0;
  readonly bytes: Buffer;

  private constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** A slab with room for a row and the comma after it. */
  static for(length: number): Slab {
    const { current } = Slab;
    if (current.used + length < current.bytes.length) return current;
    Slab.current = new Slab(Math.max(SLAB_BYTES, length + 1));
    return Slab.current;
  }

  /** Copies a row's JSON. @returns its position in the slab */
  add(source: Buffer, from: number, to: number): number {
    const { bytes, used: start } = this;
    bytes.set(source.subarray(from, to), start);
    this.used = start + to - from;
    bytes[this.used++] = COMMA;
    return start;
  }
}

/** A row's JSON, in a slab or as a string. */
export interface JsonRow {
  readonly slab: Slab | undefined;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** JSON of a list of rows, between two other pieces of JSON. */
export function listOf(before: string, rows: readonly JsonRow[], after: string): Buffer {
  const parts: Buffer[] = [Buffer.from(before)];
  for (let index = 0; index < rows.length; ) {
    const row = rows[index++] as JsonRow;
    const { slab, start } = row;
    if (slab === undefined) {
      parts.push(Buffer.from(index < rows.length ? `${row.text},` : row.text));
      continue;
    }
    let { end } = row;
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
