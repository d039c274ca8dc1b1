import { scriptCall } from '../functions/script-call';
import { BIGINT, isInteger, sameType, type TrinoType } from '../types/type';
import { MICRO_PRECISION, physicalName } from '../values/physical';

const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };
/** Decimal digits that a double represents exactly. */
const EXACT_DIGITS = 15;

/** DuckDB's own cast, if it equals Trino's; `$` is the value. Undefined if it doesn't. */
function nativeCast(from: TrinoType, to: TrinoType): string | undefined {
  const plain = `CAST($ AS ${physicalName(to)})`;
  if (sameType(from, to)) return '$';
  if (from.kind === 'unknown') return `CAST(NULL AS ${physicalName(to)})`;
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return isInteger(from) ? plain : undefined;
    case 'double':
      if (from.kind === 'decimal') return from.precision <= EXACT_DIGITS ? plain : undefined;
      return isInteger(from) || from.kind === 'real' ? plain : undefined;
    case 'real':
      return isInteger(from) ? plain : undefined;
    case 'decimal':
      if (from.kind === 'decimal')
        return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale ? plain : undefined;
      return isInteger(from) && to.precision - to.scale >= (DIGITS[from.kind] as number) ? plain : undefined;
    case 'varchar':
      if (from.kind === 'varchar') {
        return to.length === undefined || (from.length !== undefined && from.length <= to.length)
          ? '$'
          : `left($, ${to.length})`;
      }
      return to.length === undefined && (isInteger(from) || from.kind === 'boolean') ? plain : undefined;
    case 'date':
      return from.kind === 'timestamp' && from.precision <= MICRO_PRECISION ? plain : undefined;
    case 'timestamp':
      if (to.precision > MICRO_PRECISION) return undefined;
      if (from.kind === 'timestamp') return from.precision <= to.precision ? '$' : undefined;
      return from.kind === 'date' ? plain : undefined;
    case 'timestamp with time zone':
      return from.kind === to.kind && from.precision <= to.precision ? '$' : undefined;
    case 'time':
    case 'time with time zone':
      return from.kind === to.kind && from.precision <= to.precision ? '$' : undefined;
    case 'array':
      return from.kind === 'array' && nativeCast(from.of, to.of) === '$' ? '$' : undefined;
    default:
      return undefined;
  }
}

/** A cast in DuckDB's SQL. @param now milliseconds since the epoch, for casts from times of day */
export function castSql(value: string, from: TrinoType, to: TrinoType, safe: boolean, now: number): string {
  const native = nativeCast(from, to);
  if (native !== undefined) {
    const sql = native.replace('$', () => value);
    return safe && native.startsWith('CAST(') ? `TRY_${sql}` : sql;
  }
  const args = [
    { sql: value, type: from },
    { sql: `CAST(${Math.trunc(now)} AS BIGINT)`, type: BIGINT },
  ];
  return scriptCall(safe ? 'try_cast' : 'cast', args, to, true);
}
