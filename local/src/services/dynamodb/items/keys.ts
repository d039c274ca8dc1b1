import { invalidParameter, keyMismatch, validation } from '../errors';
import { attributeOf } from '../expressions/path';
import type { Row } from '../storage/row';
import type { KeyPart, Keys, Table } from '../table';
import { type AttributeValue, type Item, typeOf } from '../values/attribute-value';

const MAX_HASH_BYTES = 2048;
const MAX_SORT_BYTES = 1024;

/** Checks the key of a request. @throws AwsError `ValidationException` */
export function checkKey(key: Item, keys: Keys): void {
  if (Object.keys(key).length !== (keys.sort === undefined ? 1 : 2)) throw keyMismatch();
  checkKeyPart(key, keys.hash, true);
  if (keys.sort !== undefined) checkKeyPart(key, keys.sort, false);
}

export function checkKeyPart(key: Item, part: KeyPart, isHash: boolean): void {
  const value = attributeOf(key, part.name);
  if (value?.[part.type] === undefined) throw keyMismatch();
  if (value[part.type] === '') throw invalidParameter(emptyKey(part));
  checkKeySize(value, part, isHash);
}

const empty = ({ type }: KeyPart): string =>
  `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value.`;
const emptyKey = (part: KeyPart): string => `${empty(part)} Key: ${part.name}`;

/** Checks the key attributes of an item to put. @returns its key @throws AwsError `ValidationException` */
export function checkItemKeys(row: Row, table: Table): Item {
  const { hash, sort } = table;
  const key = { [hash.name]: checkItemKey(row, hash, true) };
  if (sort !== undefined) key[sort.name] = checkItemKey(row, sort, false);
  for (const index of table.indexes)
    for (const part of [index.hash, index.sort])
      if (part !== undefined) checkIndexKey(row.attribute(part.name), part, index.info.name);
  return key;
}

function checkItemKey(row: Row, part: KeyPart, isHash: boolean): AttributeValue {
  const value = row.attribute(part.name);
  if (value === undefined) throw invalidParameter(`Missing the key ${part.name} in the item`);
  if (value[part.type] === undefined)
    throw invalidParameter(`Type mismatch for key ${part.name} expected: ${part.type} actual: ${typeOf(value)}`);
  if (value[part.type] === '') throw validation(`One or more parameter values are not valid. ${emptyKey(part)}`);
  checkKeySize(value, part, isHash);
  return value;
}

/** Checks an index's key attribute. @throws AwsError `ValidationException` for another type */
export function checkIndexKey(value: AttributeValue | undefined, part: KeyPart, index: string): void {
  if (value === undefined) return;
  if (value[part.type] === undefined)
    throw invalidParameter(
      `Type mismatch for Index Key ${part.name} Expected: ${part.type} Actual: ${typeOf(value)} IndexName: ${index}`,
    );
  if (value[part.type] === '')
    throw validation(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ${empty(part)} IndexName: ${index}, IndexKey: ${part.name}`,
    );
}

function checkKeySize(value: AttributeValue, { type }: KeyPart, isHash: boolean): void {
  if (type === 'N') return;
  const bytes = Buffer.byteLength(value[type] as string, type === 'S' ? 'utf8' : 'base64');
  if (isHash && bytes > MAX_HASH_BYTES)
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`);
  if (!isHash && bytes > MAX_SORT_BYTES)
    throw invalidParameter(`Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_BYTES} bytes`);
}

/** An item's key attributes. */
export function keyOf(item: Item, { hash, sort }: Keys): Item {
  const key = { [hash.name]: item[hash.name] as AttributeValue };
  return sort === undefined ? key : { ...key, [sort.name]: item[sort.name] as AttributeValue };
}

/** Refuses paths into key attributes, which have no parts. @throws AwsError */
export function checkKeyPaths(table: Table, nested: ReadonlySet<string>): void {
  if (nested.size === 0) return;
  const scalar = (kind: string, name: string) =>
    validation(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
    );
  for (const part of [table.hash, table.sort])
    if (part !== undefined && nested.has(part.name)) throw scalar('Key', part.name);
  for (const { hash, sort } of table.indexes)
    for (const part of [hash, sort])
      if (part !== undefined && nested.has(part.name)) throw scalar('IndexKey', part.name);
}
