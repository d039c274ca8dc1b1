import type { HivePrimitive, HiveType } from '../../core/hive-types';
import { QueryError } from '../errors';
import type { ParquetField } from '../parquet/footer';
import { trinoTypeOf } from '../result/type-names';
import type { TableFile } from './files';

const INTEGERS = ['INT32', 'INT64'];
const TEXTS = ['BINARY', 'FIXED_LEN_BYTE_ARRAY'];
/** Annotations of integers that aren't numbers. */
const NO_NUMBER = /^(DATE|TIME|TIMESTAMP|DECIMAL)/;

/** Parquet fields that Trino's reader accepts for a type; others are refused, not cast. */
const READABLE: Readonly<Record<HivePrimitive, (field: ParquetField) => boolean>> = {
  boolean: ({ type }) => type === 'BOOLEAN',
  tinyint: isInteger,
  smallint: isInteger,
  int: isInteger,
  bigint: isInteger,
  float: ({ type }) => type === 'FLOAT',
  double: ({ type }) => type === 'DOUBLE' || type === 'FLOAT',
  string: ({ type, annotation }) => type === 'BINARY' && annotation !== 'DECIMAL',
  binary: ({ type, annotation }) => TEXTS.includes(type ?? '') && annotation !== 'DECIMAL',
  date: ({ type, annotation }) => type === 'INT32' && (annotation === undefined || annotation === 'DATE'),
  timestamp: ({ type, annotation = '' }) =>
    type === 'INT96' || (type === 'INT64' && annotation.startsWith('TIMESTAMP')),
};

function isInteger({ type = '', annotation = '' }: ParquetField): boolean {
  return INTEGERS.includes(type) && !NO_NUMBER.test(annotation);
}

/** Whether a file's field can be read as a column's type, nested fields included. */
export function isReadable(field: ParquetField, type: HiveType): boolean {
  switch (type.kind) {
    case 'primitive':
      return field.fields.length === 0 && !field.repeated && READABLE[type.name](field);
    case 'char':
    case 'varchar':
      return field.fields.length === 0 && READABLE.string(field);
    case 'decimal':
      return isInteger(field) || (field.fields.length === 0 && field.annotation === 'DECIMAL');
    case 'array': {
      const item = itemOf(field);
      return item !== undefined && isReadable(item, type.of);
    }
    case 'map': {
      const [key, value] = field.fields[0]?.repeated === true ? field.fields[0].fields : [];
      if (key === undefined || field.annotation === 'LIST') return false;
      return isReadable(key, type.key) && (value === undefined || isReadable(value, type.value));
    }
    case 'struct':
      if (field.fields.length === 0 || field.annotation === 'LIST' || field.annotation === 'MAP') return false;
      return type.fields.every(({ name, type: of }) => {
        const found = field.fields.find((inner) => inner.name.toLowerCase() === name.toLowerCase());
        return found === undefined || isReadable(found, of);
      });
  }
}

/** A list's item, by the backward-compatibility rules of Parquet's "Nested types". */
function itemOf(field: ParquetField): ParquetField | undefined {
  if (field.repeated) return { ...field, repeated: false };
  const [inner] = field.fields;
  if (inner?.repeated !== true || field.annotation === 'MAP') return undefined;
  const isItem = inner.fields.length !== 1 || inner.name === 'array' || inner.name === `${field.name}_tuple`;
  return isItem ? { ...inner, repeated: false } : inner.fields[0];
}

/**
 * Checks a file's schema. @throws QueryError `HIVE_BAD_DATA` for the first column whose type in the file doesn't fit
 * the table's
 */
export function checkReadable(
  file: TableFile,
  fields: readonly ParquetField[],
  columns: readonly { readonly name: string; readonly type: HiveType }[],
): void {
  for (const { name, type } of columns) {
    const field = fields.find((each) => each.name.toLowerCase() === name);
    if (field === undefined || isReadable(field, type)) continue;
    const found = field.type ?? field.annotation ?? 'group';
    throw new QueryError(
      'HIVE_BAD_DATA',
      `Field ${name}'s type ${found} in parquet file ${file.uri} is incompatible with type ${trinoTypeOf(type)} defined in table schema`,
    );
  }
}
