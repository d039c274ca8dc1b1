import { quoteLiteral } from '../../core/hive-types';
import { notSupported, QueryError } from '../errors';
import type { Expression } from '../sql/ast';

/** Whether a timestamp's text ends with a zone: an offset, or a name. */
export const hasZone = (text: string): boolean => /([+-]\d{1,2}:\d{2}|[A-Za-z][\w/+-]*)$/.test(text);

/** A literal with its type before it, for DuckDB. @throws QueryError for a type that has none. */
export function typedLiteral({ type, value, at }: Expression & { kind: 'typed' }): string {
  switch (type) {
    case 'date':
    case 'time':
    case 'double':
    case 'bigint':
    case 'varchar':
    case 'json':
      return `CAST(${quoteLiteral(value)} AS ${type.toUpperCase()})`;
    case 'char':
      return quoteLiteral(value);
    case 'timestamp':
      return hasZone(value)
        ? `CAST(${quoteLiteral(value)} AS TIMESTAMPTZ)`
        : `CAST(${quoteLiteral(value)} AS TIMESTAMP)`;
    case 'decimal': {
      const [whole = '', fraction = ''] = value.replace(/^[+-]/, '').split('.');
      return `CAST(${quoteLiteral(value)} AS DECIMAL(${Math.min(38, Math.max(1, whole.length + fraction.length))}, ${fraction.length}))`;
    }
    case 'x':
      return `from_hex(${quoteLiteral(value.replaceAll(/\s/g, ''))})`;
    default:
      throw notSupported(`literals of type ${type}`, at);
  }
}

const UNITS = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'year']);

/** `INTERVAL '1' DAY`, `INTERVAL '1 2:03' DAY TO MINUTE`. @throws QueryError for a text that is no interval. */
export function interval(value: string, unit: string): string {
  if (UNITS.has(unit) && /^-?\d+(\.\d+)?$/.test(value)) return `CAST('${value} ${unit}' AS INTERVAL)`;
  const months = /^(-?)(\d+)-(\d+)$/.exec(value);
  if (unit === 'year to month' && months !== null) {
    return `CAST('${months[1]}${Number(months[2]) * 12 + Number(months[3])} month' AS INTERVAL)`;
  }
  const days = /^(-?)(\d+) (\d+(?::\d+){0,2}(?:\.\d+)?)$/.exec(value);
  if (unit.startsWith('day to') && days !== null) {
    const [hours = '0', minutes = '0', seconds = '0'] = (days[3] as string).split(':');
    return `CAST('${days[1]}${days[2]} day ${days[1]}${hours} hour ${days[1]}${minutes} minute ${days[1]}${seconds} second' AS INTERVAL)`;
  }
  throw new QueryError('INVALID_LITERAL', `'${value}' is not a valid interval literal`);
}

/** In UTC, in which all is shown here, a time stays one with its zone; in any other it becomes the time that clocks show there. */
export function atTimeZone(value: string, zone: string): string {
  const instant = `CAST(${value} AS TIMESTAMPTZ)`;
  return /^'(UTC|Z|GMT|Etc\/UTC)'$/i.test(zone) ? instant : `timezone(${zone}, ${instant})`;
}
