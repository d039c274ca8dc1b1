import type { Item } from '../values/attribute-value';
import { pageSize, type Sizes, sizesOf } from '../values/size';

const [BRACE, COMMA, ZERO] = [0x7b, 0x2c, 0x30];

/**
 * An item or an index's entry. Most requests need its JSON or its sizes and not its content, or the other way round:
 * each is worked out when it is asked for.
 */
export class Row {
  private content: Item | undefined;
  private json: string | undefined;
  private sizes: Sizes | undefined;
  private page: number | undefined;
  private size: number | undefined;

  static of(item: Item): Row {
    const row = new Row();
    row.content = item;
    return row;
  }

  /** @param stored what {@link stored} gave, or what it once gave, without the bytes in a page */
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

  /** As it is stored: the bytes that limits and capacity count, those that it takes of a page, and its JSON. */
  stored(sortKey: string | undefined): string {
    return `${this.bytes},${this.pageBytes(sortKey)}${this.text}`;
  }

  get item(): Item {
    this.content ??= JSON.parse(this.json as string) as Item;
    return this.content;
  }

  get text(): string {
    this.json ??= JSON.stringify(this.content);
    return this.json;
  }

  get bytes(): number {
    this.size ??= this.measured.bytes;
    return this.size;
  }

  /** @param sortKey name of the table's sort key */
  pageBytes(sortKey: string | undefined): number {
    this.page ??= pageSize(this.item, this.measured, sortKey);
    return this.page;
  }

  private get measured(): Sizes {
    this.sizes ??= sizesOf(this.item);
    return this.sizes;
  }
}
