import type { AttributeValue } from '../values/attribute-value';
import type { Path, PathPart } from './ast';

/** ExpressionAttributeNames and ExpressionAttributeValues of a request, with a record of those used. */
export class Placeholders {
  private readonly usedNames = new Set<string>();
  private readonly usedValues = new Set<string>();

  constructor(
    private readonly names: Readonly<Record<string, string>> = {},
    private readonly values: Readonly<Record<string, AttributeValue>> = {},
  ) {}

  /** @returns undefined for an undefined placeholder */
  name(placeholder: string): string | undefined {
    if (!Object.hasOwn(this.names, placeholder)) return undefined;
    this.usedNames.add(placeholder);
    return this.names[placeholder];
  }

  value(placeholder: string): AttributeValue | undefined {
    if (!Object.hasOwn(this.values, placeholder)) return undefined;
    this.usedValues.add(placeholder);
    return this.values[placeholder];
  }

  /** Error for defined placeholders that no expression uses, in DynamoDB's words; undefined if there are none. */
  get problem(): string | undefined {
    const names = Object.keys(this.names).filter((name) => !this.usedNames.has(name));
    if (names.length > 0)
      return `Value provided in ExpressionAttributeNames unused in expressions: keys: {${names.join(', ')}}`;
    const values = Object.keys(this.values).filter((name) => !this.usedValues.has(name));
    if (values.length > 0)
      return `Value provided in ExpressionAttributeValues unused in expressions: keys: {${values.join(', ')}}`;
    return undefined;
  }
}

export const undefinedName = (name: string): string =>
  `An expression attribute name used in the document path is not defined; attribute name: ${name}`;
export const undefinedValue = (name: string): string =>
  `An expression attribute value used in expression is not defined; attribute value: ${name}`;

/** Replaces a path's placeholders. @param missing called for an undefined one, whose name becomes empty */
export function bindPath(
  parts: readonly PathPart[],
  placeholders: Placeholders,
  missing: (problem: string) => void,
): Path {
  return parts.map((part) => {
    if (typeof part !== 'object') return part;
    const name = placeholders.name(part.placeholder);
    if (name === undefined) missing(undefinedName(part.placeholder));
    return name ?? '';
  });
}

export function shownPath(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

/**
 * Whether two paths of one expression are equal or nested (`overlap`), or use a value both as a list and as a map
 * (`conflict`).
 */
export function problemOfPaths(
  one: Path,
  two: Path,
): { readonly overlap: string } | { readonly conflict: string } | undefined {
  const shown = `path one: ${shownPath(one)}, path two: ${shownPath(two)}`;
  for (let index = 0; index < one.length && index < two.length; index++) {
    if (typeof one[index] !== typeof two[index])
      return {
        conflict: `Two document paths conflict with each other; must remove or rewrite one of these paths; ${shown}`,
      };
    if (one[index] !== two[index]) return undefined;
  }
  return { overlap: `Two document paths overlap with each other; must remove or rewrite one of these paths; ${shown}` };
}
