import { asList, asObject, type Json, type JsonObject } from '../../shared/json';
import type { Judgement } from './model';

/*
 * Changes of a table in the Glue catalog: its files stay, but queries read them by the catalog's schema ("Handle schema
 * updates" in the Athena User Guide).
 */

const COLUMNS = 'storage_descriptor[0].columns';

/** Types to which each type can change without loss for existing files ("Updates in data formats": Parquet and ORC). */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  tinyint: ['smallint', 'int', 'integer', 'bigint'],
  smallint: ['int', 'integer', 'bigint'],
  int: ['integer', 'bigint'],
  integer: ['int', 'bigint'],
  float: ['double'],
};

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Whether a table of the Glue catalog is an Iceberg table. */
export function isIcebergTable(values: JsonObject): boolean {
  const type = asObject(values.parameters).table_type;
  return asList(values.open_table_format_input).length > 0 || String(type).toUpperCase() === 'ICEBERG';
}

/** Consequence of a changed table definition for existing rows. */
export function tableJudgements(before: JsonObject, after: JsonObject): Judgement[] {
  const [old, now] = [asObject(asList(before.storage_descriptor)[0]), asObject(asList(after.storage_descriptor)[0])];
  if (isIcebergTable(before)) return icebergJudgements(before, after, old, now);
  return [
    ...columnJudgements(columnsOf(old.columns), columnsOf(now.columns), byPosition(now)),
    ...placeJudgements(old, now),
    ...partitionJudgements(before, after),
  ];
}

/** Judges an Iceberg table: its metadata defines it, so a change in the catalog alone doesn't change the table. */
function icebergJudgements(before: JsonObject, after: JsonObject, old: JsonObject, now: JsonObject): Judgement[] {
  const found: Judgement[] = [];
  const columns = (descriptor: JsonObject) =>
    columnsOf(descriptor.columns)
      .map(({ name, type }) => `${name} ${type}`)
      .join();
  if (columns(old) !== columns(now)) {
    const meaning =
      "only the catalog's columns change, not the Iceberg metadata by which rows are read and written: change them by ALTER TABLE";
    found.push({ effect: 'risk', attribute: COLUMNS, meaning });
  }
  const metadata = (values: JsonObject) => asObject(values.parameters).metadata_location;
  if (metadata(before) !== undefined && metadata(after) !== undefined && metadata(before) !== metadata(after)) {
    const meaning = 'the table goes on from another metadata file: commits that it does not have are out of reach';
    found.push({ effect: 'lost', attribute: 'parameters.metadata_location', meaning });
  }
  return [...found, ...placeJudgements(old, now)];
}

function columnsOf(value: JsonObject[string] | undefined): Column[] {
  return asList(value).map((column) => {
    const { name, type } = asObject(column);
    return {
      name: String(name ?? ''),
      type: String(type ?? '')
        .toLowerCase()
        .replaceAll(' ', ''),
    };
  });
}

/** Whether the table's files lack column names (text formats): columns are then matched by position. */
function byPosition(descriptor: JsonObject): boolean {
  const serde = String(asObject(asList(descriptor.ser_de_info)[0]).serialization_library ?? '');
  return /LazySimpleSerDe|OpenCSVSerde|RegexSerDe/.test(serde);
}

function columnJudgements(before: readonly Column[], after: readonly Column[], positional: boolean): Judgement[] {
  const risk = (meaning: string): Judgement => ({ effect: 'risk', attribute: COLUMNS, meaning });
  const gone = before.filter(({ name }) => !after.some((column) => column.name === name)).map(({ name }) => name);
  const changed = before.flatMap(({ name, type }) => {
    const now = after.find((column) => column.name === name)?.type;
    return now === undefined || now === type || WIDER[type]?.includes(now) === true
      ? []
      : [`${name} from ${type || 'no type'} to ${now || 'no type'}`];
  });
  const kept = before.filter(({ name }) => !gone.includes(name)).map(({ name }) => name);
  const moved = after.slice(0, kept.length).some(({ name }, index) => name !== kept[index]);
  return [
    ...(gone.length > 0
      ? [
          risk(
            `column${gone.length > 1 ? 's' : ''} ${gone.join(', ')} leave${gone.length > 1 ? '' : 's'} the schema: new records are delivered without, queries no longer see the old values`,
          ),
        ]
      : []),
    ...(changed.length > 0
      ? [risk(`column ${changed.join(', ')}: rows in files written before may no longer fit, and queries on them fail`)]
      : []),
    ...(positional && (moved || gone.length > 0)
      ? [
          risk(
            'columns change their places, and these files have no names in them: old rows are read into other columns',
          ),
        ]
      : []),
  ];
}

function placeJudgements(old: JsonObject, now: JsonObject): Judgement[] {
  const differs = (name: string) =>
    (old[name] ?? '') !== (now[name] ?? '') && old[name] !== undefined && old[name] !== null;
  const serde = (descriptor: JsonObject) => asObject(asList(descriptor.ser_de_info)[0]).serialization_library ?? '';
  const found: Judgement[] = [];
  if (differs('location')) {
    found.push({
      effect: 'risk',
      attribute: 'storage_descriptor[0].location',
      meaning: `the table looks in ${now.location ?? 'another place'} instead of ${old.location}: rows there are no longer found`,
    });
  }
  if (differs('input_format') || (serde(old) !== '' && serde(old) !== serde(now))) {
    found.push({
      effect: 'risk',
      attribute: 'storage_descriptor[0]',
      meaning: 'the table reads its files in another format: files written before may no longer be read',
    });
  }
  return found;
}

function partitionJudgements(before: JsonObject, after: JsonObject): Judgement[] {
  const keys = (values: JsonObject) =>
    columnsOf(values.partition_keys)
      .map(({ name, type }) => `${name} ${type}`)
      .join(', ');
  if (before.partition_keys !== undefined && keys(before) !== keys(after)) {
    // The partition keys differ, so that changed projections of the old keys don't matter.
    const meaning = 'the table has other partition keys: rows under the old ones are no longer found';
    return [{ effect: 'risk', attribute: 'partition_keys', meaning }];
  }
  const [old, now] = [asObject(before.parameters), asObject(after.parameters)];
  const changed = Object.entries(old).filter(([name, value]) => now[name] !== value);
  const found = changed.flatMap(([name, value]) => projectionJudgement(name, String(value), now[name]));
  const moved = changed.find(([name]) => MOVES.test(name));
  if (moved !== undefined) {
    const meaning = 'queries look for partitions in other places: rows may no longer be found';
    found.push({ effect: 'risk', attribute: `parameters.${moved[0]}`, meaning });
  }
  return found;
}

/** Parameters of where partitions are looked for. */
const MOVES = /^(storage\.location\.template|projection\.enabled|projection\..+\.(type|format|digits))$/;

function projectionJudgement(name: string, old: string, now: Json | undefined): Judgement[] {
  const risk = (meaning: string): Judgement[] => [{ effect: 'risk', attribute: `parameters.${name}`, meaning }];
  const next = String(now ?? '');
  if (/^projection\..+\.range$/.test(name) && narrower(old, next)) {
    return risk(`queries look for ${next || 'nothing'} instead of ${old}: rows outside are no longer found`);
  }
  if (!/^projection\..+\.values$/.test(name)) return [];
  const left = old.split(',').filter((item) => !next.split(',').includes(item));
  return left.length > 0 ? risk(`rows under ${left.join(', ')} are no longer found`) : [];
}

/** Whether a range of a partition projection (`2024,2030`) leaves out a part of the other. */
function narrower(old: string, now: string): boolean {
  const [oldFrom = '', oldTo = ''] = old.split(',');
  const [from = '', to = ''] = now.split(',');
  const later = (a: string, b: string) =>
    Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? a.localeCompare(b) > 0 : Number(a) > Number(b);
  return later(from, oldFrom) || later(oldTo, to);
}
