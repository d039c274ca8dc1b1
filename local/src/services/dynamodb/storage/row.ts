import { Opaque } from '../../../core/operation';
import { attributeOf } from '../expressions/path';
import type { AttributeValue, Item } from '../values/attribute-value';
import type { ScannedItem } from '../values/scanned-item';
import { pageSize, type Sizes, sizesOf } from '../values/size';

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
    const row = new Row();
    let number = 0;
    let index = 0;
    for (let code = stored.charCodeAt(0); code !== BRACE; code = stored.charCodeAt(++index)) {
      if (code === COMMA) {
        row.size = number;
        number = 0;
      } else number = number * 10 + code - ZERO;
    }
    if (row.size === undefined) row.size = number;
    else row.page = number;
    row.json = stored.slice(index);
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
    this.json ??= this.scanned?.text ?? JSON.stringify(this.content);
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
