import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import type { KeyType, TableKey } from './table-key';

/** An item as DynamoDB's API takes it. */
export type Item = Record<string, AttributeValue>;

/** A row's item with its primary key as one string, or the reason why it can't be an item. */
export type RowResult =
  | { readonly item: Item; readonly key: string; readonly refused?: undefined }
  | { readonly refused: string };

type Value = { readonly value: AttributeValue } | { readonly refused: string };
type Convert = (text: string) => Value;

/** Athena's types that become DynamoDB numbers ("Data types in Amazon Athena"). */
const NUMBERS = /^(tinyint|smallint|int|integer|bigint|float|real|double|decimal)$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** Least magnitude of a number, and the first that is too great ("Constraints in Amazon DynamoDB"). */
const [LEAST, BEYOND] = [1e-130, 1e126];

/**
 * Makes items of a result's rows: each column becomes the attribute of its name, and a null no attribute. Numbers are
 * sent as Athena's digits, since a float would round decimals; booleans and binaries keep their type; other values
 * become Athena's text. Key attributes of the table and its indexes get the type that the table demands.
 *
 * @throws ToolError for columns whose rows can't be items
 */
export function itemMaker(
  columns: readonly ColumnInfo[],
  key: TableKey,
): (row: readonly (string | null)[]) => RowResult {
  const names = columns.map(({ Name }) => Name ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw unfit(`the result has two columns "${twice}": give one another name with AS.`);
  const missing = key.attributes.filter((attribute) => !names.includes(attribute));
  if (missing.length > 0) {
    throw unfit(
      `the table's key is ${key.attributes.join(', ')}, and the result has no column ${missing.join(', ')}, only ${names.join(', ')}: name it so, SELECT … AS "${missing[0]}".`,
    );
  }
  const converts = columns.map((column) => converterOf(column, key.types.get(column.Name ?? '')));
  return (row) => {
    const item: Item = {};
    for (const [index, name] of names.entries()) {
      const text = row[index] ?? null;
      if (text === null) {
        if (key.attributes.includes(name)) return { refused: `the key "${name}" is null` };
        continue;
      }
      const converted = (converts[index] as Convert)(text);
      if ('refused' in converted) return { refused: `"${name}" ${converted.refused}` };
      item[name] = converted.value;
    }
    return { item, key: keyText(item, key) };
  };
}

function converterOf({ Name, Type = '' }: ColumnInfo, keyType: KeyType | undefined): Convert {
  const convert = convertersOf(Type)[keyType ?? kindOf(Type)];
  if (convert === undefined) {
    const wanted = keyType === 'B' ? 'binary' : 'a number';
    const how = keyType === 'B' ? 'to_utf8(…)' : 'CAST(… AS bigint)';
    throw unfit(`the table's key "${Name}" is ${wanted}, and the column is ${Type}: SELECT ${how} AS "${Name}".`);
  }
  if (keyType === undefined) return convert;
  return (text) => (text === '' ? { refused: 'is empty, which a key may not be' } : convert(text));
}

function kindOf(type: string): 'S' | 'N' | 'B' | 'BOOL' {
  if (NUMBERS.test(type)) return 'N';
  if (type === 'varbinary') return 'B';
  return type === 'boolean' ? 'BOOL' : 'S';
}

/** The attribute types that a column can become, with the conversion to each. */
function convertersOf(type: string): Partial<Record<'S' | 'N' | 'B' | 'BOOL', Convert>> {
  const asText: Convert = (S) => ({ value: { S } });
  const kind = kindOf(type);
  if (kind === 'B') return { B: binary };
  if (kind === 'BOOL') return { S: asText, BOOL: (text) => ({ value: { BOOL: text === 'true' } }) };
  return kind === 'N' || /^(varchar|char|string)$/.test(type) ? { S: asText, N: number } : { S: asText };
}

function number(text: string): Value {
  if (text === '') return { refused: 'is empty, and must be a number' };
  if (!NUMBER.test(text)) return { refused: `is ${text}, which DynamoDB takes for no number` };
  const magnitude = Math.abs(Number(text));
  const isZero = !/[1-9]/.test(text.split(/e/i)[0] ?? '');
  return isZero || (magnitude >= LEAST && magnitude < BEYOND)
    ? { value: { N: text } }
    : { refused: `is ${text}, and a number of DynamoDB is between 1E-130 and 9.9…E+125` };
}

/** Athena's results show binaries in hexadecimal, byte by byte: `68 65 6c`. */
function binary(text: string): Value {
  const hex = text.replaceAll(' ', '');
  return /^([0-9a-f]{2})*$/i.test(hex)
    ? { value: { B: new Uint8Array(Buffer.from(hex, 'hex')) } }
    : { refused: `is ${text.slice(0, 20)}, which is no binary in Athena's hexadecimal form` };
}

/** An item's primary key as one string, the same for equal keys. */
export function keyText(item: Item, key: TableKey): string {
  return JSON.stringify(key.attributes.map((name) => identityOf(item[name])));
}

/** An item's primary key for a reader: `field = person, value = Shannon`. */
export function keyShown(item: Item, key: TableKey): string {
  const shown = ({ S, N, B }: AttributeValue) => S ?? N ?? Buffer.from(B ?? []).toString('base64');
  return key.attributes.map((name) => `${name} = ${shown(item[name] as AttributeValue)}`).join(', ');
}

/** A key value as a string that is the same for equal values: the numbers 1.0 and 1 are one key. */
function identityOf(value: AttributeValue | undefined): string {
  if (value?.N !== undefined) return plainNumber(value.N);
  return value?.B === undefined ? (value?.S ?? '') : Buffer.from(value.B).toString('latin1');
}

/** A number's significant digits and the exponent of the first: one string for each value. */
function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  return `${sign === '-' ? '-' : ''}${digits.slice(first).replace(/0+$/, '')}E${whole.length - first + Number(exponent)}`;
}

function unfit(message: string): ToolError {
  return new ToolError(message, ExitCode.usage);
}
