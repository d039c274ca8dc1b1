import type { TypeName } from './ast';
import type { Cursor } from './cursor';

/** Reads a type of Trino's; Hive's `array<…>` too, which CREATE TABLE and casts are often given. */
export function parseType(cursor: Cursor): TypeName {
  return cursor.nested(() => {
    const { at } = cursor;
    let name = cursor.name();
    if (name === 'double') cursor.accept('PRECISION');
    const args: (number | { field?: string; type: TypeName })[] = [];
    if (cursor.accept('(')) {
      args.push(...cursor.list(() => typeArgument(cursor, name)));
      cursor.take(')');
    } else if (cursor.accept('<')) {
      args.push(...cursor.list(() => typeArgument(cursor, name)));
      cursor.take('>');
    }
    if (/^time(stamp)?$/.test(name) && cursor.accept('WITH', 'TIME', 'ZONE')) name += ' with time zone';
    else if (/^time(stamp)?$/.test(name)) cursor.accept('WITHOUT', 'TIME', 'ZONE');
    return { name, args, at };
  });
}

function typeArgument(cursor: Cursor, owner: string): number | { field?: string; type: TypeName } {
  if (cursor.current.kind === 'number') return cursor.integer();
  const named = owner === 'row' && [',', ')', '('].every((symbol) => cursor.peek().text !== symbol);
  const field = named ? cursor.name() : undefined;
  return { field, type: parseType(cursor) };
}
