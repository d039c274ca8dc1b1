import { quoteIdentifier } from '../../core/hive-types';
import { Cursor } from '../sql/cursor';
import { parseType } from '../sql/parse-type';
import { type TrinoType, typeName, typeOf } from './type';

/** A type's name for {@link parseTypeName}, with a row's field names quoted. */
export const spellType = (type: TrinoType): string => typeName(type, quoteIdentifier);

export function parseTypeName(text: string): TrinoType {
  return typeOf(parseType(new Cursor(text)));
}
