import { serialization } from '../../../core/errors';
import type { AttributeValue } from '../values/attribute-value';
import {
  collectionInPlace,
  convertBlob,
  convertBoolean,
  convertString,
  notAStructure,
  scalarInPlace,
  structureInPlace,
} from './type-errors';

const MAP_TYPE =
  'Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>';

/**
 * Checks the types of an attribute value's members, and removes members that are null or unknown, in place.
 * @throws AwsError `SerializationException`
 */
export function checkValueTypes(raw: unknown, place: 'field' | 'entry'): AttributeValue {
  if (typeof raw !== 'object' || raw === null) throw scalarInPlace(place);
  if (Array.isArray(raw)) throw notAStructure('AttributeValue');
  const value = raw as Record<string, unknown>;
  for (const type in value) {
    const member = value[type];
    if (member === null || member === undefined) delete value[type];
    else checkMember(value, type, member);
  }
  return value as AttributeValue;
}

function checkMember(value: Record<string, unknown>, type: string, member: unknown): void {
  switch (type) {
    case 'S':
    case 'N':
      if (typeof member !== 'string') convertString(member);
      return;
    case 'B':
      convertBlob(member);
      return;
    case 'BOOL':
    case 'NULL':
      value[type] = convertBoolean(member);
      return;
    case 'SS':
    case 'NS':
      listOf(member).forEach(convertString);
      return;
    case 'BS':
      listOf(member).forEach(convertBlob);
      return;
    case 'L':
      for (const one of listOf(member)) checkValueTypes(one, 'entry');
      return;
    case 'M':
      if (typeof member !== 'object' || member === null) throw collectionInPlace('field');
      if (Array.isArray(member)) throw serialization(MAP_TYPE);
      for (const one of Object.values(member)) checkValueTypes(one, 'entry');
      return;
    default:
      delete value[type];
  }
}

function listOf(member: unknown): unknown[] {
  if (typeof member !== 'object' || member === null) throw collectionInPlace('field');
  if (!Array.isArray(member)) throw structureInPlace();
  return member;
}
