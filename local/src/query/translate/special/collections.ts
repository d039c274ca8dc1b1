import type { FunctionCall } from '../../sql/ast';
import { arg, type Emit } from './call';

const sequence: Emit = (call, emitter) => {
  const [from, to] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const dates = emitter.hint(arg(call, 0)) === 'date';
  const step =
    call.args[2] === undefined ? (dates ? "CAST('1 day' AS INTERVAL)" : undefined) : emitter.emit(call.args[2]);
  if (!dates) {
    return step === undefined
      ? `generate_series(${from}, ${to}, CASE WHEN ${from} <= ${to} THEN 1 ELSE -1 END)`
      : `generate_series(${from}, ${to}, ${step})`;
  }
  return `list_transform(generate_series(CAST(${from} AS TIMESTAMP), CAST(${to} AS TIMESTAMP), ${step}), lambda v: CAST(v AS DATE))`;
};

const cardinality: Emit = (call, emitter) => {
  const value = emitter.emit(arg(call, 0));
  return `CAST(${emitter.hint(arg(call, 0)) === 'map' ? `cardinality(${value})` : `len(${value})`} AS BIGINT)`;
};

const listLambda =
  (template: (list: string, body: string) => string): Emit =>
  (call, emitter) => {
    const item = emitter.parameterName();
    return template(emitter.emit(arg(call, 0)), `lambda ${item}: ${emitter.body(call.args[1], [item], call)}`);
  };

/** @param template how a map is made of its entries, which go by the name `entry`. */
const entryLambda =
  (template: (entries: string, entry: string, body: string) => string): Emit =>
  (call, emitter) => {
    const entry = emitter.parameterName();
    const body = emitter.body(call.args[1], [`${entry}.key`, `${entry}.value`], call);
    return template(`map_entries(${emitter.emit(arg(call, 0))})`, entry, body);
  };

const reduce: Emit = (call, emitter) => {
  const [state, item] = [emitter.parameterName(0), emitter.parameterName(1)];
  const step = emitter.body(call.args[2], [state, item], call);
  const folded = `list_reduce(${emitter.emit(arg(call, 0))}, lambda ${state}, ${item}: ${step}, ${emitter.emit(arg(call, 1))})`;
  return emitter.body(call.args[3], [folded], call);
};

/** Of the values of a key that comes twice one is kept, and a key that is NULL is left out, where DuckDB would fail. */
const mapAgg: Emit = (call, emitter) => {
  const [key, value] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const filter = call.filter === undefined ? '' : ` AND ${emitter.emit(call.filter)}`;
  const over = call.over === undefined ? '' : ` OVER ${emitter.window(call.over)}`;
  const sorted = `list_sort(list({'k': ${key}, 'v': ${value}}) FILTER (WHERE ${key} IS NOT NULL${filter})${over})`;
  const [entry, place] = [emitter.parameterName(0), emitter.parameterName(1)];
  const first = `${place} = 1 OR (${sorted})[${place} - 1].k <> ${entry}.k`;
  return `map_from_entries(list_filter(${sorted}, lambda ${entry}, ${place}: ${first}))`;
};

/** Rows with their fields named as Trino names them: DuckDB has no names for them, or others. */
const rowsOf =
  (name: string, widthOf: (call: FunctionCall) => number): Emit =>
  (call, emitter) => {
    arg(call, 0);
    const item = emitter.parameterName();
    const fields = Array.from(
      { length: widthOf(call) },
      (_, at) => `'field${at}': struct_extract_at(${item}, ${at + 1})`,
    );
    const list = `${name}(${call.args.map((each) => emitter.emit(each)).join(', ')})`;
    return `list_transform(${list}, lambda ${item}: {${fields.join(', ')}})`;
  };

/** Arrays and maps: above all what takes a lambda. */
export const COLLECTIONS: Readonly<Record<string, Emit>> = {
  sequence,
  cardinality,
  reverse: (call, emitter) =>
    `${emitter.hint(arg(call, 0)) === 'array' ? 'list_reverse' : 'reverse'}(${emitter.emit(arg(call, 0))})`,
  transform: listLambda((list, body) => `list_transform(${list}, ${body})`),
  filter: listLambda((list, body) => `list_filter(${list}, ${body})`),
  any_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) > 0)`),
  all_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) = len(${list}))`),
  none_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) = 0)`),
  reduce,
  zip_with: (call, emitter) => {
    const [left, right] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
    const pair = emitter.parameterName();
    const fields = [`struct_extract_at(${pair}, 1)`, `struct_extract_at(${pair}, 2)`];
    return `list_transform(list_zip(${left}, ${right}), lambda ${pair}: ${emitter.body(call.args[2], fields, call)})`;
  },
  zip: rowsOf('list_zip', (call) => call.args.length),
  map_filter: entryLambda(
    (entries, entry, body) => `map_from_entries(list_filter(${entries}, lambda ${entry}: ${body}))`,
  ),
  transform_keys: entryLambda(
    (entries, entry, body) =>
      `map_from_entries(list_transform(${entries}, lambda ${entry}: row(${body}, ${entry}.value)))`,
  ),
  transform_values: entryLambda(
    (entries, entry, body) =>
      `map_from_entries(list_transform(${entries}, lambda ${entry}: row(${entry}.key, ${body})))`,
  ),
  map_entries: rowsOf('map_entries', () => 2),
  map_agg: mapAgg,
};
