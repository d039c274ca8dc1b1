import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { badMetadata, IcebergError } from '../format/errors';
import { CONTENT, type DataFile, type ManifestEntry } from '../format/manifests';
import { nameMappingOf, namesOf, type Snapshot, schemaOf, specOf, type TableMetadata } from '../format/metadata';
import { partitionPath, tupleKey } from '../format/partition-spec';
import { duckdbTypeOf, type Field, fieldsById, type Schema } from '../format/schema';
import { type Predicate, Pruner } from './pruning';
import type { EngineRelation, SqlEngine, Storage } from './storage';
import type { IcebergTable } from './table';

/** The data files of a query, and the delete files that apply to them. */
export interface ScanPlan {
  readonly schema: Schema;
  readonly data: readonly ManifestEntry[];
  readonly positionDeletes: readonly ManifestEntry[];
  readonly equalityDeletes: readonly ManifestEntry[];
}

/** Plans the files of a snapshot that a query with these conditions must read. */
export async function planScan(
  table: IcebergTable,
  metadata: TableMetadata,
  snapshot: Snapshot | undefined,
  predicates: readonly Predicate[] = [],
): Promise<ScanPlan> {
  const schema = schemaOf(metadata, snapshot);
  const pruner = new Pruner(predicates, schema);
  const fields = (id: number) => specOf(metadata, id).fields;
  const live = await table.liveEntries(snapshot, metadata, (manifest) =>
    pruner.manifestMayMatch(manifest, fields(manifest.specId)),
  );
  const data = live.filter(
    ({ file }) => file.content === CONTENT.data && pruner.fileMayMatch(file, fields(file.specId)),
  );
  const other = data.find(({ file }) => file.format !== 'PARQUET');
  if (other !== undefined) {
    throw new IcebergError('NOT_SUPPORTED', `Iceberg data files of the format ${other.file.format} are not read here`);
  }
  const deletes = live.filter(({ file }) => file.content !== CONTENT.data);
  return {
    schema,
    data,
    positionDeletes: deletes.filter(({ file }) => file.content === CONTENT.positionDeletes && mayDelete(file, data)),
    equalityDeletes: deletes.filter(
      (each) => each.file.content === CONTENT.equalityDeletes && data.some((entry) => applies(each, entry)),
    ),
  };
}

/** Reserved field ids of a position delete file's columns. */
export const DELETE_PATH = 2147483546;
export const DELETE_POS = 2147483545;

/** The data file of a position delete file, if its bounds show that there is only one. */
export function deletedFrom({ lower, upper }: DataFile): string | undefined {
  const [least, greatest] = [lower.get(DELETE_PATH), upper.get(DELETE_PATH)];
  return least !== undefined && greatest !== undefined && least.equals(greatest) ? least.toString() : undefined;
}

function mayDelete(file: DataFile, data: readonly ManifestEntry[]): boolean {
  const only = deletedFrom(file);
  return only === undefined ? data.length > 0 : data.some((entry) => entry.file.path === only);
}

/** Whether an equality delete file applies: to older rows, of its own partition, or of all if it has none. */
function applies(deletes: ManifestEntry, data: ManifestEntry): boolean {
  if (data.sequenceNumber >= deletes.sequenceNumber) return false;
  if (deletes.file.partition.length === 0) return true;
  return deletes.file.specId === data.file.specId && tupleKey(deletes.file.partition) === tupleKey(data.file.partition);
}

/** Columns beside the table's: for statements that change rows, and Athena's hidden ones. */
export type ExtraColumn = '$path' | '$file_modified_time' | '$partition' | '$pos' | '$file';

export const EXTRA_TYPES: Readonly<Record<ExtraColumn, string>> = {
  $path: 'VARCHAR',
  $file_modified_time: 'TIMESTAMPTZ',
  $partition: 'VARCHAR',
  $pos: 'BIGINT',
  $file: 'BIGINT',
};

/** An object of the table as a local file. */
export interface LocalFile {
  readonly path: string;
  readonly uri: string;
  readonly size: number;
  readonly lastModified: Date;
}

export interface Scan extends EngineRelation {
  /** SQL of the columns, in the schema's order, and the extra ones after them. */
  readonly sql: string;
  /** The same files with their S3 properties. */
  readonly opened: readonly LocalFile[];
  /** Bytes of the columns read, and of the delete files. */
  readonly scannedBytes: number;
}

interface ScanFile {
  readonly entry: ManifestEntry;
  readonly path: string;
  readonly lastModified: Date;
}

/**
 * SQL of a plan's rows, with deletes applied.
 * @param columns names to read, in lower case. @default all
 */
export async function scan(
  plan: ScanPlan,
  table: IcebergTable,
  metadata: TableMetadata,
  engine: SqlEngine,
  options: { readonly columns?: ReadonlySet<string>; readonly extra?: readonly ExtraColumn[] } = {},
): Promise<Scan> {
  const builder = new ScanBuilder(plan, table.storage, metadata, options.columns, options.extra ?? []);
  return builder.build(engine);
}

const NO_ROWS = 'WHERE FALSE';

class ScanBuilder {
  private readonly opened = new Map<string, LocalFile>();

  constructor(
    private readonly plan: ScanPlan,
    private readonly storage: Storage,
    private readonly metadata: TableMetadata,
    private readonly columns: ReadonlySet<string> | undefined,
    private readonly extra: readonly ExtraColumn[],
  ) {}

  async build(engine: SqlEngine): Promise<Scan> {
    const scannedBytes = this.scannedBytes();
    if (this.plan.data.length === 0)
      return { sql: `SELECT ${this.empty()} ${NO_ROWS}`, files: [], opened: [], scannedBytes };
    const files = await Promise.all(
      this.plan.data.map(async (entry): Promise<ScanFile> => {
        const { path, lastModified } = await this.open(entry.file.path);
        return { entry, path, lastModified };
      }),
    );
    const mapped = nameMappingOf(this.metadata) !== undefined;
    const nameless = mapped ? await withoutIds(files, engine) : new Map<string, string>();
    const groups = new Map<string, ScanFile[]>();
    for (const file of files) {
      const deletes = this.equalityDeletesOf(file.entry).map(({ file: deleted }) => deleted.path);
      const key = JSON.stringify([this.isTouched(file.entry), nameless.get(file.path), deletes]);
      groups.set(key, [...(groups.get(key) ?? []), file]);
    }
    const parts: string[] = [];
    for (const group of groups.values()) parts.push(await this.part(group, files, nameless, engine));
    return {
      sql: parts.join(' UNION ALL '),
      files: [...this.opened.keys()],
      opened: [...this.opened.values()],
      scannedBytes,
    };
  }

  private async open(uri: string): ReturnType<Storage['local']> {
    const found = await this.storage.local(uri);
    this.opened.set(found.path, { ...found, uri });
    return found;
  }

  private empty(): string {
    const columns = this.plan.schema.fields.map(({ name, type }) => [name, duckdbTypeOf(type)] as const);
    const extra = this.extra.map((name) => [name, EXTRA_TYPES[name]] as const);
    return [...columns, ...extra]
      .map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name.toLowerCase())}`)
      .join(', ');
  }

  /** SQL of files that are read in the same way. */
  private async part(
    group: readonly ScanFile[],
    all: readonly ScanFile[],
    nameless: ReadonlyMap<string, string>,
    engine: SqlEngine,
  ): Promise<string> {
    const [first] = group as [ScanFile];
    const deletes = this.equalityDeletesOf(first.entry);
    const compared = new Set(deletes.flatMap(({ file }) => file.equalityIds ?? []));
    const read = this.plan.schema.fields.filter(
      ({ id, name }) => this.columns === undefined || this.columns.has(name.toLowerCase()) || compared.has(id),
    );
    const missing = this.droppedFields(compared);
    const wanted = [...read, ...missing];
    const touched = this.isTouched(first.entry);
    const source = nameless.has(first.path)
      ? await this.readByName(group, wanted, engine)
      : this.readById(group, wanted);
    const index = 'CAST(d.file_index AS BIGINT)';
    const perFile = (of: (file: ScanFile) => string) => {
      const values = group.map(of);
      return values.every((value) => value === values[0])
        ? (values[0] as string)
        : `([${values.join(', ')}])[${index} + 1]`;
    };
    const items = this.plan.schema.fields.map((field) => {
      const value = read.includes(field) ? `d.${columnOf(field)}` : `CAST(NULL AS ${duckdbTypeOf(field.type)})`;
      return `${value} AS ${quoteIdentifier(field.name.toLowerCase())}`;
    });
    for (const name of this.extra) items.push(`${this.extraSql(name, perFile, all)} AS ${quoteIdentifier(name)}`);
    const from = [`${source} AS d`];
    if (touched) from.push(await this.antiJoin(group));
    const where: string[] = [];
    for (const [order, deleted] of deletes.entries()) where.push(await this.notEqual(deleted, `e${order}`, wanted));
    return `SELECT ${items.join(', ')} FROM ${from.join(' ')}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`;
  }

  private extraSql(
    name: ExtraColumn,
    perFile: (of: (file: ScanFile) => string) => string,
    all: readonly ScanFile[],
  ): string {
    switch (name) {
      case '$path':
        return perFile(({ entry }) => quoteLiteral(entry.file.path));
      case '$file_modified_time':
        return `CAST(${perFile(({ lastModified }) => quoteLiteral(lastModified.toISOString()))} AS TIMESTAMPTZ)`;
      case '$partition':
        return perFile(({ entry: { file } }) =>
          quoteLiteral(partitionPath(specOf(this.metadata, file.specId).fields, file.partition)),
        );
      case '$pos':
        return 'd.file_row_number';
      case '$file':
        return `CAST(${perFile((file) => String(all.indexOf(file)))} AS BIGINT)`;
    }
  }

  /** Reads columns by id: renamed ones are found, added ones are NULL, widened ones are cast. */
  private readById(group: readonly ScanFile[], fields: readonly Field[]): string {
    const columns = fields.map(
      (field) =>
        `${field.id}: {name: ${quoteLiteral(`c${field.id}`)}, type: ${quoteLiteral(duckdbTypeOf(field.type))}, default_value: NULL}`,
    );
    // A scan needs a column: an unused id is NULL in every file.
    if (columns.length === 0) columns.push("2147483000: {name: 'none', type: 'BOOLEAN', default_value: NULL}");
    const paths = group.map(({ path }) => literal(path)).join(', ');
    return `read_parquet([${paths}], schema = MAP {${columns.join(', ')}}, file_row_number = true, hive_partitioning = false)`;
  }

  /** Reads columns by name, for files of other programs without ids. */
  private async readByName(group: readonly ScanFile[], fields: readonly Field[], engine: SqlEngine): Promise<string> {
    const paths = `[${group.map(({ path }) => literal(path)).join(', ')}]`;
    const reader = `read_parquet(${paths}, union_by_name = true, file_row_number = true, hive_partitioning = false)`;
    const present = new Map(
      (await engine.rows({ sql: `DESCRIBE SELECT * FROM ${reader}`, files: group.map(({ path }) => path) })).map(
        (row) => [String(row.column_name).toLowerCase(), String(row.column_name)],
      ),
    );
    const items = fields.map((field) => {
      const found = namesOf(this.metadata, field)
        .map((name) => present.get(name.toLowerCase()))
        .find((name) => name !== undefined);
      const value = found === undefined ? 'NULL' : quoteIdentifier(found);
      return `CAST(${value} AS ${duckdbTypeOf(field.type)}) AS ${columnOf(field)}`;
    });
    return `(SELECT ${[...items, 'file_row_number', 'file_index'].join(', ')} FROM ${reader})`;
  }

  private isTouched(entry: ManifestEntry): boolean {
    return this.plan.positionDeletes.some(({ file, sequenceNumber }) => {
      const only = deletedFrom(file);
      if (sequenceNumber < entry.sequenceNumber) return false;
      return only === undefined ? true : only === entry.file.path;
    });
  }

  private async antiJoin(group: readonly ScanFile[]): Promise<string> {
    const paths = new Set(group.map(({ entry }) => entry.file.path));
    const files = this.plan.positionDeletes.filter(({ file }) => {
      const only = deletedFrom(file);
      return only === undefined || paths.has(only);
    });
    const local = await Promise.all(files.map(({ file }) => this.open(file.path)));
    const names = group.map(({ entry }, index) => `(${quoteLiteral(entry.file.path)}, ${index})`).join(', ');
    return (
      `ANTI JOIN (SELECT f.i, p.pos FROM ${positionDeletes(local.map(({ path }) => path))} AS p ` +
      `JOIN (VALUES ${names}) AS f(name, i) ON p.file_path = f.name) AS x ` +
      'ON x.i = CAST(d.file_index AS BIGINT) AND x.pos = d.file_row_number'
    );
  }

  private equalityDeletesOf(entry: ManifestEntry): ManifestEntry[] {
    return this.plan.equalityDeletes.filter((deletes) => applies(deletes, entry));
  }

  private async notEqual(deletes: ManifestEntry, alias: string, fields: readonly Field[]): Promise<string> {
    const ids = deletes.file.equalityIds ?? [];
    const compared = ids.map((id) => {
      const found = fields.find((field) => field.id === id);
      if (found === undefined) throw badMetadata(`an equality delete file compares the unknown field ${id}`);
      return found;
    });
    const { path } = await this.open(deletes.file.path);
    const columns = compared.map(
      (field) =>
        `${field.id}: {name: ${quoteLiteral(`c${field.id}`)}, type: ${quoteLiteral(duckdbTypeOf(field.type))}, default_value: NULL}`,
    );
    const source = `read_parquet([${literal(path)}], schema = MAP {${columns.join(', ')}}, hive_partitioning = false)`;
    const equal = compared.map((field) => `${alias}.${columnOf(field)} IS NOT DISTINCT FROM d.${columnOf(field)}`);
    return `NOT EXISTS (SELECT 1 FROM ${source} AS ${alias} WHERE ${equal.join(' AND ')})`;
  }

  /** Dropped columns that equality deletes still compare. */
  private droppedFields(ids: ReadonlySet<number>): Field[] {
    const current = new Set(this.plan.schema.fields.map(({ id }) => id));
    return [...ids]
      .filter((id) => !current.has(id))
      .flatMap((id) => {
        const found = this.metadata.schemas
          .map(fieldsById)
          .find((fields) => fields.has(id))
          ?.get(id);
        return found === undefined ? [] : [{ id, name: found.name, type: found.type, required: false }];
      });
  }

  private scannedBytes(): number {
    const all = fieldsById(this.plan.schema);
    const wanted = new Set<number>();
    for (const [id, { name }] of all) {
      const top = (name.split('.')[0] as string).toLowerCase();
      if (this.columns === undefined || this.columns.has(top)) wanted.add(id);
    }
    const deletes = [...this.plan.positionDeletes, ...this.plan.equalityDeletes];
    const ofColumns = ({ file }: ManifestEntry) =>
      file.columnSizes.size === 0
        ? file.size
        : [...file.columnSizes].reduce((sum, [id, size]) => sum + (wanted.has(id) ? size : 0), 0);
    return (
      this.plan.data.reduce((sum, entry) => sum + ofColumns(entry), 0) +
      deletes.reduce((sum, { file }) => sum + file.size, 0)
    );
  }
}

const columnOf = (field: Field) => quoteIdentifier(`c${field.id}`);

/** A path escaped for DuckDB's readers, which take names for patterns. */
const literal = (path: string) => quoteLiteral(path.replace(/[*?[]/g, '[$&]'));

/** SQL of position delete files' rows, by their reserved ids. @param paths local paths */
export function positionDeletes(paths: readonly string[]): string {
  const columns = `${DELETE_PATH}: {name: 'file_path', type: 'VARCHAR', default_value: NULL}, ${DELETE_POS}: {name: 'pos', type: 'BIGINT', default_value: NULL}`;
  return `read_parquet([${paths.map(literal).join(', ')}], schema = MAP {${columns}}, hive_partitioning = false)`;
}

/** Files without column ids, with their column names: files with different names are read separately. */
async function withoutIds(files: readonly ScanFile[], engine: SqlEngine): Promise<Map<string, string>> {
  const paths = files.map(({ path }) => literal(path)).join(', ');
  const rows = await engine.rows({
    sql: `SELECT file_name, string_agg(name, '/' ORDER BY name) AS names FROM parquet_schema([${paths}]) GROUP BY file_name HAVING count(field_id) = 0`,
    files: files.map(({ path }) => path),
  });
  return new Map(rows.map((row) => [String(row.file_name), String(row.names)]));
}
