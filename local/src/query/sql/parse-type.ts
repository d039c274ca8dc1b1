import type { TypeName } from './ast';
import type { Cursor } from './cursor';

/** Parses a Trino type; also Hive's `array<…>`, which is common in CREATE TABLE and casts. */
export function parseType(cursor: Cursor): TypeName {
  return cursor.nested(() => {
    const { at } = cursor;
    let name = cursor.name();
    if (name === 'double') cursor.accept('PRECISION');
    if (name === 'interval') name += intervalUnits(cursor);
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

function intervalUnits(cursor: Cursor): string {
  if (cursor.accept('YEAR', 'TO', 'MONTH')) return ' year to month';
  cursor.take('DAY', 'TO', 'SECOND');
  return ' day to second';
}

function typeArgument(cursor: Cursor, owner: string): number | { field?: string; type: TypeName } {
  if (cursor.current.kind === 'number') return cursor.integer();
  const named =
    owner === 'row' &&
    [',', ')', '('].every((symbol) => cursor.peek().text !== symbol) &&
    !cursor.is('INTERVAL', 'DAY', 'TO') &&
    !cursor.is('INTERVAL', 'YEAR', 'TO') &&
    !(/^time(?:stamp)?$/i.test(cursor.current.text) && /^with(?:out)?$/i.test(cursor.peek().text)) &&
    !cursor.is('DOUBLE', 'PRECISION');
  const field = named ? cursor.name() : undefined;
  return { field, type: parseType(cursor) };
}
