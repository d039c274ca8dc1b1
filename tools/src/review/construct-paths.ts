import { asObject, type JsonObject } from '../shared/json';

/** Address of a resource, and the path of the construct that declares it. */
export type ConstructPaths = ReadonlyMap<string, string>;

/**
 * Construct paths from a synthesized stack's metadata: `lakehouse-dev/delivery/stream` belongs to the construct `delivery`.
 * Resources declared by the stack itself are grouped under its name.
 */
export function constructPaths(synthesized: JsonObject | undefined): ConstructPaths {
  const paths = new Map<string, string>();
  for (const [type, byName] of Object.entries(asObject(synthesized?.resource))) {
    for (const [name, values] of Object.entries(asObject(byName))) {
      const path = asObject(asObject(asObject(values)['//']).metadata).path;
      if (typeof path === 'string') paths.set(`${type}.${name}`, groupOf(path));
    }
  }
  return paths;
}

function groupOf(path: string): string {
  const steps = path.split('/');
  return steps.length > 2 ? steps.slice(1, -1).join('/') : (steps[0] ?? '');
}
