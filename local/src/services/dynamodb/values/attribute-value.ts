import { compareNumbers, numberBytes } from './decimal';

/**
 * An attribute value on the wire and in the store: exactly one member, binary as base64, numbers as normalized text.
 * The SDK's type differs in binary only, which clients decode.
 */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly M?: Item;
  readonly L?: readonly AttributeValue[];
  readonly NULL?: boolean;
  readonly BOOL?: boolean;
}

export type Item = { readonly [name: string]: AttributeValue };
export type ValueType = keyof AttributeValue;
/** Types that a key attribute can have. */
export type ScalarType = 'S' | 'N' | 'B';

/** The type of a checked value. */
export function typeOf(value: AttributeValue): ValueType {
  for (const type in value) return type as ValueType;
  throw new Error('An attribute value without a type was stored.');
}

/** Bytes of a key attribute's value, which sort in DynamoDB's order. */
export function scalarBytes(value: AttributeValue, type: ScalarType): Buffer {
  if (type === 'S') return Buffer.from(value.S as string, 'utf8');
  if (type === 'B') return Buffer.from(value.B as string, 'base64');
  return numberBytes(value.N as string);
}

/** Equality of values: sets regardless of their order, documents by their content. */
export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS': {
      const members = new Set(a[type]);
      return members.size === b[type]?.length && (b[type] ?? []).every((one) => members.has(one));
    }
    case 'L': {
      const [x, y] = [a.L ?? [], b.L ?? []];
      return x.length === y.length && x.every((one, index) => isEqual(one, y[index] as AttributeValue));
    }
    case 'M':
      return isSameItem(a.M ?? {}, b.M ?? {});
    default:
      return a[type] === b[type];
  }
}

export function isSameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const other = b[name];
      return other !== undefined && isEqual(a[name] as AttributeValue, other);
    })
  );
}

/** The order of two values. @returns undefined for different types, or a type without an order */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.S !== undefined && b.S !== undefined) return compareTexts(a.S, b.S);
  if (a.B !== undefined && b.B !== undefined)
    return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return undefined;
}

/** Strings sort by their UTF-8 bytes, which differs from UTF-16 beyond the basic plane. */
function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
