import type { Table } from '@aws-sdk/client-glue';
import { type HiveType, parseHiveType, quoteLiteral, toDuckdbType } from '../../core/hive-types';
import type { EngineSession } from '../engine/engine';
import { FileFacts } from './file-facts';
import { listOf, pathsOf, type TableFile } from './files';

/** The keys of a file's objects as they are written, and what is in them; a list stands for arrays of such. */
export type JsonShape = string | { readonly [key: string]: JsonShape } | readonly JsonShape[];

/** What keys JSON files have: the SerDes take `userId` for the column `userid`, DuckDB doesn't. */
export class JsonShapes extends FileFacts<JsonShape> {
  protected readonly nothing: JsonShape = {};

  protected async read(files: readonly TableFile[], engine: EngineSession): Promise<Map<string, JsonShape>> {
    const rows = await engine.run('texts', {
      sources: { files: pathsOf(files) },
      sql: `SELECT filename, json_group_structure(json) FROM read_ndjson_objects(${listOf(files)}, filename = true, hive_partitioning = false, ignore_errors = true) GROUP BY filename`,
    });
    return new Map(rows.map(([path = '', shape]) => [path, JSON.parse(shape ?? '{}') as JsonShape]));
  }
}

/**
 * The values of a table's columns in a row's object, as DuckDB's SQL over a column `json`; undefined if all keys are
 * written as the columns' names are, so that DuckDB's own reader does.
 */
export function jsonColumns(table: Table, shapes: readonly JsonShape[]): ReadonlyMap<string, string> | undefined {
  const settings = table.StorageDescriptor?.SerdeInfo?.Parameters ?? {};
  const sensitive = settings['case.insensitive']?.toLowerCase() === 'false';
  const found = new Map<string, string>();
  let plain = true;
  for (const column of table.StorageDescriptor?.Columns ?? []) {
    const name = (column.Name as string).toLowerCase();
    const key = settings[`mapping.${name}`] ?? name;
    const keys = sensitive ? [key] : spellings(key, shapes);
    const structure = structureOf(parseHiveType(column.Type ?? 'string'), under(keys, shapes));
    if (keys.some((each) => each !== name) || structure.renamed) plain = false;
    const values = keys.map((each) => `json_extract(json, ${quoteLiteral(pointer(each))})`);
    const value = values.length === 1 ? values[0] : `coalesce(${values.join(', ')})`;
    found.set(name, `json_transform(${value}, ${quoteLiteral(JSON.stringify(structure.json))})`);
  }
  return plain ? undefined : found;
}

const isObject = (shape: JsonShape): shape is { readonly [key: string]: JsonShape } =>
  typeof shape === 'object' && !Array.isArray(shape);

/** How a key is written in these objects, itself first. */
function spellings(key: string, shapes: readonly JsonShape[]): string[] {
  const written = new Set(shapes.flatMap((shape) => (isObject(shape) ? Object.keys(shape) : [])));
  const found = [...written].filter((each) => each.toLowerCase() === key.toLowerCase());
  if (found.length === 0) return [key];
  return found.sort((a, b) => Number(b === key) - Number(a === key));
}

function under(keys: readonly string[], shapes: readonly JsonShape[]): JsonShape[] {
  const found = shapes.flatMap((shape) => (isObject(shape) ? keys.map((key) => shape[key]) : []));
  return found.filter((shape) => shape !== undefined);
}

/** A type as json_transform takes it, with fields under the names that they have in the files. */
function structureOf(type: HiveType, shapes: readonly JsonShape[]): { json: unknown; renamed: boolean } {
  switch (type.kind) {
    case 'array': {
      const inner = structureOf(
        type.of,
        shapes.flatMap((shape) => (Array.isArray(shape) ? (shape as readonly JsonShape[]) : [])),
      );
      return { json: [inner.json], renamed: inner.renamed };
    }
    case 'struct': {
      const fields = type.fields.map(({ name, type: of }) => {
        const [written = name] = spellings(name, shapes);
        const inner = structureOf(of, under([written], shapes));
        return { written, json: inner.json, renamed: inner.renamed || written !== name };
      });
      return {
        json: Object.fromEntries(fields.map(({ written, json }) => [written, json])),
        renamed: fields.some(({ renamed }) => renamed),
      };
    }
    default:
      return { json: toDuckdbType(type), renamed: false };
  }
}

/** A key as a JSON pointer. */
const pointer = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
