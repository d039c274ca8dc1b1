import { type AwsError, serialization } from '../../../core/errors';
import type { Member } from '../../../core/model';

/** Conversions of JSON's types to the model's, with DynamoDB's errors. */

const PACKAGE = 'com.amazonaws.dynamodb.v20120810.';
const CAST =
  "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')";

export const structureInPlace = () => serialization('Start of structure or map found where not expected');
export const scalarInPlace = (place: 'field' | 'entry') =>
  serialization(place === 'field' ? 'Unexpected field type' : 'Unexpected value type in payload');
/** The error for a scalar in place of a list or map. */
export const collectionInPlace = (place: 'field' | 'entry') =>
  serialization(place === 'field' ? 'Unexpected field type' : CAST);
export const notAStructure = (target: string) =>
  serialization(`Unrecognized collection type class ${PACKAGE}${target}`);

/** The error for a list in place of a map. */
export function notAMap({ shape, target }: Member): AwsError {
  const of =
    shape.type === 'string'
      ? 'java.lang.String'
      : shape.type === 'list'
        ? `java.util.List<${PACKAGE}${shape.of.target}>`
        : PACKAGE + target;
  return serialization(`Unrecognized collection type java.util.Map<java.lang.String, ${of}>`);
}

export function convertString(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  throw inconvertible(raw, 'String', 'class java.lang.String');
}

export function convertBoolean(raw: unknown): boolean {
  if (typeof raw === 'boolean') return raw;
  if (typeof raw !== 'string') throw inconvertible(raw, 'Boolean', 'class java.lang.Boolean');
  const text = raw.toUpperCase();
  if (['TRUE', '1', 'YES'].includes(text)) return true;
  if (['FALSE', '0', 'NO'].includes(text)) return false;
  throw serialization('Unexpected token received from parser');
}

export function convertNumber(raw: unknown, type: 'Integer' | 'Long' | 'Double'): number {
  if (typeof raw === 'number') return type === 'Double' ? raw : Math.floor(raw);
  if (typeof raw === 'string') throw serialization(`STRING_VALUE cannot be converted to ${type}`);
  throw inconvertible(raw, type, `class java.lang.${type}`);
}

export function convertBlob(raw: unknown): string {
  if (typeof raw !== 'string') {
    if (Array.isArray(raw)) throw serialization('Unrecognized collection type class java.nio.ByteBuffer');
    if (typeof raw === 'object') throw structureInPlace();
    throw serialization('only base-64-encoded strings are convertible to bytes');
  }
  if (raw.length % 4 !== 0)
    throw serialization(`Base64 encoded length is expected a multiple of 4 bytes but found: ${raw.length}`);
  if (Buffer.from(raw, 'base64').toString('base64') !== raw)
    throw serialization('Invalid last non-pad Base64 character dectected');
  return raw;
}

function inconvertible(raw: unknown, type: string, collection: string): AwsError {
  if (Array.isArray(raw)) return serialization(`Unrecognized collection type ${collection}`);
  if (typeof raw === 'object') return structureInPlace();
  const shown =
    typeof raw === 'boolean'
      ? `${String(raw).toUpperCase()}_VALUE`
      : Number.isInteger(raw)
        ? 'NUMBER_VALUE'
        : 'DECIMAL_VALUE';
  return serialization(`${shown} cannot be converted to ${type}`);
}
