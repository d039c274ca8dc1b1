import { isAscii } from 'node:buffer';
import { Row } from '../storage/row';
import { scanItem } from '../values/scanned-item';

/** Most requests of a BatchWriteItem call. */
const MOST_WRITES = 25;
const TABLE_NAME = /[a-zA-Z0-9_.-]{3,255}"/y;

/**
 * Reads and checks puts in one pass over their JSON, in the form that most AWS SDKs send: no white space, and no
 * members besides the item.
 * @returns undefined for every other request, and for an invalid one: the general decoder reads those, and names the
 * error
 */
export function readPlain(operation: string, body: Buffer): Record<string, unknown> | undefined {
  if (operation === 'PutItem') return new PlainRequest(body).put();
  return operation === 'BatchWriteItem' ? new PlainRequest(body).batch() : undefined;
}

class PlainRequest {
  private readonly text: string;
  private readonly places: number[] = [];
  private at = 0;

  constructor(body: Buffer) {
    this.text = isAscii(body) ? body.toString('latin1') : body.toString('utf8');
  }

  put(): Record<string, unknown> | undefined {
    const name = this.takes('{"TableName":"') ? this.tableName() : undefined;
    const item = name !== undefined && this.takes(',"Item":') ? this.item() : undefined;
    return item !== undefined && this.takes('}') && this.isAtEnd ? { TableName: name, Item: item } : undefined;
  }

  batch(): Record<string, unknown> | undefined {
    const tables = new Map<string, unknown[]>();
    if (!this.takes('{"RequestItems":{"')) return undefined;
    do {
      const name = this.tableName();
      const puts = name === undefined || tables.has(name) ? undefined : this.puts();
      if (name === undefined || puts === undefined) return undefined;
      tables.set(name, puts);
    } while (this.takes(',"'));
    return this.takes('}}') && this.isAtEnd ? { RequestItems: Object.fromEntries(tables) } : undefined;
  }

  private puts(): unknown[] | undefined {
    const puts: unknown[] = [];
    if (!this.takes(':[')) return undefined;
    do {
      const item = this.takes('{"PutRequest":{"Item":') ? this.item() : undefined;
      if (item === undefined || !this.takes('}}')) return undefined;
      puts.push({ PutRequest: { Item: item } });
    } while (this.takes(','));
    return this.takes(']') && puts.length <= MOST_WRITES ? puts : undefined;
  }

  private item(): Row | undefined {
    const item = scanItem(this.text, this.at, this.places);
    if (item === undefined) return undefined;
    this.at = item.end;
    return Row.scanned(item);
  }

  /** A table name up to its closing quotation mark. */
  private tableName(): string | undefined {
    TABLE_NAME.lastIndex = this.at;
    const [name] = TABLE_NAME.exec(this.text) ?? [];
    if (name === undefined) return undefined;
    this.at += name.length;
    return name.slice(0, -1);
  }

  private takes(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  private get isAtEnd(): boolean {
    return this.at === this.text.length;
  }
}
