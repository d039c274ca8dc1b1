import { type LinearPattern, linearPattern } from '../../core/patterns';
import { QueryError } from '../errors';
import type { ProjectedKey, Projection } from './projection';

const PLACEHOLDER = /\$\{([^}]+)\}/g;

/** Parses an object's location by a projection's template, to find its partition. */
export class LocationTemplate {
  /** Literal texts, with keys at odd indexes. */
  private readonly literals: readonly string[];
  private readonly places: readonly ProjectedKey[];
  private readonly fallback: LinearPattern | undefined;

  /** @throws QueryError if the template names an unknown partition column */
  constructor(private readonly projection: Projection) {
    const parts = projection.template.split(PLACEHOLDER);
    this.literals = parts.filter((_part, index) => index % 2 === 0);
    this.places = parts.filter((_part, index) => index % 2 === 1).map((name) => this.keyOf(name));
    const plain = this.places.every((key, index) => isDelimited(key, this.literals[index + 1] ?? ''));
    this.fallback = plain ? undefined : this.pattern();
  }

  /** The text of each projected key; undefined if the object is in no partition. */
  read(uri: string): string[] | undefined {
    const texts = this.fallback === undefined ? this.delimited(uri) : this.fallback.groupsAtStart(uri);
    if (texts === undefined) return undefined;
    const byKey = new Map<ProjectedKey, string>();
    for (const [index, key] of this.places.entries()) {
      const text = texts[index] ?? '';
      // A key that occurs twice in the template must have one value.
      if ((byKey.get(key) ?? text) !== text || !key.accepts(text)) return undefined;
      byKey.set(key, text);
    }
    return this.projection.keys.map((key) => byKey.get(key) ?? '');
  }

  /** Parses a location whose values end where the next literal begins: without ambiguity. */
  private delimited(uri: string): string[] | undefined {
    const texts: string[] = [];
    let at = 0;
    for (const [index, literal] of this.literals.entries()) {
      if (index === 0) {
        if (!uri.startsWith(literal)) return undefined;
        at = literal.length;
        continue;
      }
      const key = this.places[index - 1] as ProjectedKey;
      const end = endOf(uri, at, key, literal);
      if (end === -1) return undefined;
      texts.push(uri.slice(at, end));
      at = end + literal.length;
    }
    return texts;
  }

  /** A pattern for values that may contain the next literal: an automaton finds the first way to split them. */
  private pattern(): LinearPattern {
    const groups = this.literals.map((literal, index) => {
      const key = this.places[index];
      return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') + (key === undefined ? '' : `(${key.pattern})`);
    });
    return linearPattern(groups.join(''));
  }

  private keyOf(name: string): ProjectedKey {
    const found = this.projection.keys.find((key) => key.name === name.toLowerCase());
    if (found !== undefined) return found;
    throw new QueryError(
      'INVALID_TABLE_PROPERTY',
      `storage.location.template names ${name}, which is no partition column`,
    );
  }
}

/** End of a value: after its fixed number of characters, or before the next literal. */
function endOf(uri: string, at: number, { width }: ProjectedKey, next: string): number {
  if (width === undefined) return uri.indexOf(next, at);
  return uri.startsWith(next, at + width) ? at + width : -1;
}

/** Whether a value's end can be found without backtracking. */
function isDelimited({ width, excludes }: ProjectedKey, next: string): boolean {
  return width !== undefined || (next !== '' && excludes(next.charAt(0)));
}

/** Prefixes of the template up to the first open key, one for each combination of the fixed keys' values. */
export function fixedPrefixes(
  { template, keys }: Projection,
  valuesOf: (key: ProjectedKey) => readonly string[] | undefined,
  most: number,
): string[] {
  let prefixes = [''];
  for (const [index, part] of template.split(PLACEHOLDER).entries()) {
    if (index % 2 === 0) {
      prefixes = prefixes.map((prefix) => prefix + part);
      continue;
    }
    const key = keys.find(({ name }) => name === part.toLowerCase());
    const values = key && valuesOf(key);
    if (values === undefined || values.length * prefixes.length > most) break;
    prefixes = prefixes.flatMap((prefix) => [...new Set(values)].map((value) => prefix + value));
  }
  return prefixes;
}
