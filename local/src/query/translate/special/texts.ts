import { quoteLiteral } from '../../../core/hive-types';
import { QueryError } from '../../errors';
import { checkJoined } from '../hints';
import { arg, type Emit, text } from './call';

const concat: Emit = (call, emitter) => {
  arg(call, 1);
  checkJoined(call.args, call.at, emitter.context);
  return `(${call.args.map((item) => emitter.emit(item)).join(' || ')})`;
};

const regexpReplace: Emit = (call, emitter) => {
  const [value, pattern] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const replacement = call.args.length < 3 ? "''" : quoteLiteral(text(call, 2, emitter).replaceAll(/\$(\d)/g, '\\$1'));
  return `regexp_replace(${value}, ${pattern}, ${replacement}, 'g')`;
};

/** With a limit, the last part holds all that is left. */
const split: Emit = (call, emitter) => {
  const [value, delimiter] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const parts = `string_split(${value}, ${delimiter})`;
  if (call.args[2] === undefined) return parts;
  const limit = emitter.emit(call.args[2]);
  const rest = `array_to_string(list_slice(${parts}, ${limit}, len(${parts})), ${delimiter})`;
  return `CASE WHEN len(${parts}) <= ${limit} THEN ${parts} ELSE list_append(list_slice(${parts}, 1, ${limit} - 1), ${rest}) END`;
};

/** Java's patterns in those of DuckDB's format(): `%,d` is `{:,d}`. */
const format_: Emit = (call, emitter) => {
  const values = call.args.slice(1).map((item) => emitter.emit(item));
  const used: string[] = [];
  const pattern = text(call, 0, emitter)
    .replaceAll(/[{}]/g, '$&$&')
    .replaceAll(/%(?:([-0,+]*)(\d*)(\.\d+)?([a-zA-Z])|%)/g, (whole, flags = '', width, precision = '', letter) => {
      if (whole === '%%') return '%';
      const value = values[used.length];
      if (value === undefined) {
        throw new QueryError('INVALID_FUNCTION_ARGUMENT', `Format specifier '${whole}' has no value`, call.at);
      }
      const types: Readonly<Record<string, string>> = {
        s: 'VARCHAR',
        d: 'BIGINT',
        x: 'BIGINT',
        f: 'DOUBLE',
        e: 'DOUBLE',
      };
      const type = types[letter];
      if (type === undefined) throw new QueryError('NOT_SUPPORTED', `format specifier '${whole}'`, call.at);
      used.push(`CAST(${value} AS ${type})`);
      const side = letter === 's' && width !== '' ? (flags.includes('-') ? '<' : '>') : '';
      const sign = flags.includes('+') ? '+' : '';
      const comma = flags.includes(',') ? ',' : '';
      const digits = letter === 'f' && precision === '' ? '.6' : precision;
      return `{:${side}${sign}${flags.includes('0') ? '0' : ''}${width}${comma}${digits}${letter}}`;
    });
  return `format(${[quoteLiteral(pattern), ...used].join(', ')})`;
};

/** Texts. */
export const TEXTS: Readonly<Record<string, Emit>> = {
  concat,
  regexp_replace: regexpReplace,
  split,
  format: format_,
};
