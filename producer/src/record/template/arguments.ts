/** Type of a method's argument, within JSON. */
export type ArgumentType =
  | 'any'
  | 'string'
  | 'number'
  | 'boolean'
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly anyOf: readonly ArgumentType[] }
  | { readonly array: ArgumentType }
  | { readonly map: ArgumentType }
  | { readonly object: Readonly<Record<string, ArgumentType>>; readonly required?: readonly string[] };

/** The arguments of one signature, in order. */
export type Signature = { readonly name: string; readonly type: ArgumentType; readonly optional?: boolean }[];

/** Reason why a value doesn't fit a type, in a few words that follow the argument's name; undefined if it fits. */
export function misfit(value: unknown, type: ArgumentType): string | undefined {
  if (type === 'any') return undefined;
  if (typeof type === 'string') return typeof value === type ? undefined : `is not a ${type}`;
  if ('oneOf' in type) {
    return type.oneOf.includes(value as string) ? undefined : `is not one of ${type.oneOf.map(asJson).join(', ')}`;
  }
  if ('anyOf' in type) {
    const reasons = type.anyOf.map((one) => misfit(value, one));
    if (reasons.includes(undefined)) return undefined;
    // The reason for the closest of the alternatives: the object's, for an object.
    const closest = type.anyOf.findIndex((one) => isObject(value) && typeof one === 'object' && 'object' in one);
    return closest >= 0 ? reasons[closest] : `is not ${typeText(type)}`;
  }
  if ('array' in type) {
    if (!Array.isArray(value)) return 'is not an array';
    return value.map((one) => misfit(one, type.array)).find((reason) => reason !== undefined);
  }
  if (!isObject(value)) return 'is not an object';
  if ('map' in type)
    return Object.values(value)
      .map((one) => misfit(one, type.map))
      .find((reason) => reason !== undefined);
  for (const [key, one] of Object.entries(value)) {
    const known = Object.hasOwn(type.object, key) ? type.object[key] : undefined;
    if (known === undefined) return `has no "${key}" (there are ${Object.keys(type.object).join(', ')})`;
    const reason = misfit(one, known);
    if (reason !== undefined) return `: "${key}" ${reason}`;
  }
  const missing = type.required?.find((key) => !Object.hasOwn(value, key));
  return missing === undefined ? undefined : `lacks "${missing}"`;
}

/** Reason why no signature takes the arguments; undefined if one does. */
export function misfitOfCall(args: readonly unknown[], signatures: readonly Signature[]): string | undefined {
  const reasons = signatures.map((signature) => {
    if (args.length > signature.length) {
      return signature.length === 0 ? 'takes no argument' : `takes ${signature.length} argument(s), not ${args.length}`;
    }
    const missing = signature.slice(args.length).find(({ optional }) => !optional);
    if (missing !== undefined) return `needs ${missing.name}`;
    for (const [i, { name, type }] of signature.entries()) {
      const reason = i < args.length ? misfit(args[i], type) : undefined;
      if (reason !== undefined) return `${name} ${reason}`.replace(' :', ':');
    }
    return undefined;
  });
  return reasons.includes(undefined) ? undefined : reasons[0];
}

/** A type in a readable notation. */
export function typeText(type: ArgumentType): string {
  if (typeof type === 'string') return type;
  if ('oneOf' in type) {
    const shown = type.oneOf.slice(0, 6).map(asJson).join(' | ');
    return type.oneOf.length > 6 ? `${shown} | …` : shown;
  }
  if ('anyOf' in type) return type.anyOf.map(typeText).join(' | ');
  if ('array' in type) return typeof type.array === 'string' ? `${type.array}[]` : `(${typeText(type.array)})[]`;
  if ('map' in type) return `{…: ${typeText(type.map)}}`;
  const optional = (key: string): string => (type.required?.includes(key) ? '' : '?');
  return `{${Object.entries(type.object)
    .map(([key, one]) => `${key}${optional(key)}: ${typeText(one)}`)
    .join(', ')}}`;
}

const asJson = (value: unknown): string => JSON.stringify(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
