/** Types of Thrift's compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const INTEGERS = [4, 5, 6];
const DOUBLE = 7;
const BINARY = 8;
const LISTS = [9, 10];
const MAP = 11;
const STRUCT = 12;

/** Most levels of nested structures, more than Parquet has: a hostile footer would exhaust the stack. */
const MAX_DEPTH = 64;

/** Reads Thrift's compact protocol, the encoding of Parquet's metadata. @throws RangeError past the end */
export class CompactReader {
  private depth = 0;

  constructor(
    private readonly bytes: Buffer,
    public position = 0,
  ) {}

  /** Calls `field` for each field of a structure, which reads or skips the value. */
  struct(field: (id: number, type: number) => void): void {
    if (++this.depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    let last = 0;
    for (;;) {
      const head = this.byte();
      if (head === 0) break;
      const delta = head >> 4;
      last = delta === 0 ? this.integer() : last + delta;
      field(last, head & 15);
    }
    this.depth--;
  }

  /** Calls `item` for each item of a list. */
  list(item: (type: number) => void): void {
    const head = this.byte();
    const size = head >> 4 === 15 ? this.varint() : head >> 4;
    // An item has at least one byte, so a larger size is a hostile or damaged one.
    if (size > this.bytes.length - this.position) throw new RangeError('a list is longer than what it is in');
    for (let index = 0; index < size; index++) item(head & 15);
  }

  /** Reads an integer, exact up to 2^53, more than any size or count in a file. */
  integer(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const length = this.varint();
    const end = this.position + length;
    if (end > this.bytes.length) throw new RangeError('a text has no end');
    const text = this.bytes.toString('utf8', this.position, end);
    this.position = end;
    return text;
  }

  skip(type: number): void {
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) this.position++;
    else if (INTEGERS.includes(type)) this.varint();
    else if (type === DOUBLE) this.position += 8;
    else if (type === BINARY) this.skipBytes();
    else if (type === STRUCT) this.struct((_id, inner) => this.skip(inner));
    else if (LISTS.includes(type)) this.list((inner) => this.skipItem(inner));
    else if (type === MAP) this.skipMap();
    else throw new RangeError(`type ${type} is unknown`);
  }

  private skipBytes(): void {
    const length = this.varint();
    this.position += length;
  }

  private skipMap(): void {
    const size = this.varint();
    if (size === 0) return;
    if (size > this.bytes.length) throw new RangeError('a map is longer than what it is in');
    const types = this.byte();
    for (let index = 0; index < size; index++) {
      this.skipItem(types >> 4);
      this.skipItem(types & 15);
    }
  }

  /** Skips an item of a list; there, a boolean has a byte. */
  private skipItem(type: number): void {
    if (type === TRUE || type === FALSE) this.position++;
    else this.skip(type);
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      if (scale > 2 ** 63) throw new RangeError('a number has no end');
    }
  }

  private byte(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw new RangeError('it ends too early');
    return byte;
  }
}
