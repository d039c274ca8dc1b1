import { Opaque } from '../../../core/operation';
import { attributeOf } from '../expressions/path';
import type { AttributeValue, Item } from '../values/attribute-value';
import type { ScannedItem } from '../values/scanned-item';
import { pageSize, type Sizes, sizesOf } from '../values/size';
import { Slab } from './slab';

const [BRACE, COMMA, ZERO] = [0x7b, 0x2c, 0x30];

/**
 * An item or an index entry. Most requests need either its serialized form and sizes or its content: each is computed
 * on demand.
 */
export class Row extends Opaque {
  private content: Item | undefined;
  private scanned: ScannedItem | undefined;
  private json: string | undefined;
  private sizes: Sizes | undefined;
  private page: number | undefined;
  private size: number | undefined;
  /** Memory with the JSON of a row that was read from the store, from `start` to `end`. */
  slab: Slab | undefined;
  start = 0;
  end = 0;

  static of(item: Item): Row {
    const row = new Row();
    row.content = item;
    return row;
  }

  static scanned(scanned: ScannedItem): Row {
    const row = new Row();
    row.scanned = scanned;
    row.sizes = scanned;
    return row;
  }

  /** @param stored result of {@link stored}, possibly of an earlier version, without the bytes of a page */
  static read(stored: string): Row {
    const bytes = Buffer.from(stored);
    return Row.readBytes(bytes, 0, bytes.length);
  }

  /** @param stored result of {@link stored} in a buffer that the next read may overwrite */
  static readBytes(stored: Buffer, from: number, end: number): Row {
    const row = new Row();
    let number = 0;
    let index = from;
    for (let code = stored[index]; code !== BRACE && index < end; code = stored[++index]) {
      if (code === COMMA) {
        row.size = number;
        number = 0;
      } else number = number * 10 + (code as number) - ZERO;
    }
    if (row.size === undefined) row.size = number;
    else row.page = number;
    row.slab = Slab.for(end - index);
    row.start = row.slab.add(stored, index, end);
    row.end = row.start + end - index;
    return row;
  }

  /** Serialized form: the bytes for limits and capacity, the bytes for pages, and the JSON. */
  stored(sortKey: string | undefined): string {
    return `${this.bytes},${this.pageBytes(sortKey)}${this.text}`;
  }

  get item(): Item {
    this.content ??= JSON.parse(this.text) as Item;
    return this.content;
  }

  attribute(name: string): AttributeValue | undefined {
    return this.scanned === undefined ? attributeOf(this.item, name) : this.scanned.attribute(name);
  }

  get text(): string {
    this.json ??=
      this.slab?.bytes.toString('utf8', this.start, this.end) ?? this.scanned?.text ?? JSON.stringify(this.content);
    return this.json;
  }

  get bytes(): number {
    this.size ??= this.measured.bytes;
    return this.size;
  }

  /** @param sortKey name of the table's sort key */
  pageBytes(sortKey: string | undefined): number {
    this.page ??= pageSize(this.measured, sortKey === undefined ? undefined : this.attribute(sortKey));
    return this.page;
  }

  private get measured(): Sizes {
    this.sizes ??= sizesOf(this.item);
    return this.sizes;
  }
}
