import type { HiveType } from '../../../core/hive-types';
import { LAZY_DELIMITERS, type LazyMarks } from '../../row-settings';

/** The fields of a line, still escaped. */
export function lazyFields(line: string, marks: LazyMarks): string[] {
  return split(line, marks.delimiters[0] as string, marks.escape);
}

/**
 * A field as the JSON that the engine casts to its column's type; NULL if the text isn't of the type.
 * @param level index of the delimiter between the field's own items
 */
export function lazyValue(text: string | undefined, type: HiveType, marks: LazyMarks, level = 1): unknown {
  if (text === undefined || text === marks.nullText) return null;
  const delimiter = marks.delimiters[level] ?? LAZY_DELIMITERS[level] ?? '\0';
  switch (type.kind) {
    case 'array':
      if (text === '') return [];
      return split(text, delimiter, marks.escape).map((item) => lazyValue(item, type.of, marks, level + 1));
    case 'map': {
      if (text === '') return {};
      const between = marks.delimiters[level + 1] ?? LAZY_DELIMITERS[level + 1] ?? '\0';
      const entries = split(text, delimiter, marks.escape).map((entry) => {
        const [key = '', ...value] = split(entry, between, marks.escape);
        const rest = value.length === 0 ? undefined : value.join(between);
        return [
          String(lazyValue(key, type.key, marks, level + 2)),
          lazyValue(rest, type.value, marks, level + 2),
        ] as const;
      });
      const found = new Map<string, unknown>();
      // The first of equal keys counts.
      for (const [key, value] of entries) if (!found.has(key)) found.set(key, value);
      return Object.fromEntries(found);
    }
    case 'struct': {
      const items = split(text, delimiter, marks.escape);
      return Object.fromEntries(
        type.fields.map(({ name, type: of }, index) => [name, lazyValue(items[index], of, marks, level + 1)]),
      );
    }
    default:
      return lazyPrimitive(withoutEscapes(text, marks.escape), type);
  }
}

const INTEGER_BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

function lazyPrimitive(text: string, type: HiveType): unknown {
  if (type.kind === 'char' || type.kind === 'varchar') return [...text].slice(0, type.length).join('');
  if (type.kind === 'decimal') return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? text.replace(/^\+/, '') : null;
  if (type.kind !== 'primitive') return null;
  const bits = INTEGER_BITS[type.name];
  if (bits !== undefined) {
    // Text with a fraction is NULL: Hive's LazyInteger doesn't parse it.
    if (!/^[+-]?\d+$/.test(text)) return null;
    return BigInt.asIntN(bits, BigInt(text)) === BigInt(text) ? text.replace(/^\+/, '') : null;
  }
  switch (type.name) {
    case 'float':
    case 'double':
      return text.trim() !== '' && !Number.isNaN(Number(text))
        ? text
        : /^(NaN|[+-]?Infinity)$/.test(text)
          ? text
          : null;
    case 'boolean':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : null;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text) ? text : null;
    case 'timestamp':
      return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,9})?$/.test(text) && isDay(text.slice(0, 10)) ? text : null;
    default:
      return text;
  }
}

const isDay = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function split(text: string, delimiter: string, escapeMark: string | undefined): string[] {
  if (escapeMark === undefined || escapeMark === '' || !text.includes(escapeMark)) return text.split(delimiter);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith(escapeMark, at)) at++;
    else if (text.startsWith(delimiter, at)) {
      parts.push(text.slice(start, at));
      start = at + delimiter.length;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function withoutEscapes(text: string, escapeMark: string | undefined): string {
  if (escapeMark === undefined || escapeMark === '' || !text.includes(escapeMark)) return text;
  let plain = '';
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === escapeMark && at + 1 < text.length) at++;
    plain += text.charAt(at);
  }
  return plain;
}
