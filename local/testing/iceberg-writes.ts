import { deepStrictEqual } from 'node:assert';
import { GetTableCommand, type TableInput, UpdateTableCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type HiveType, parseHiveType } from '../src/core/hive-types';
import { splitS3Uri } from '../src/core/s3-uri';
import { currentSchema, formatMetadata, parseMetadata, withPartitionFields } from '../src/iceberg/format/metadata';
import { metadataPath } from '../src/iceberg/table/table';
import type { AthenaLake } from './athena';

/** A reader of Iceberg tables that shares no code with the endpoint. */
export interface ForeignReader {
  /** The rows by the columns' names. @param snapshotId @default the current one */
  rows(fixture: AthenaLake, table: string, snapshotId?: bigint): Promise<Record<string, unknown>[]>;
  /** Decimals come as JavaScript numbers. */
  readonly roundsDecimals?: boolean;
  /** Binary values come as the text of their bytes. */
  readonly readsBinaryAsText?: boolean;
  /** Arrays, maps and structs can't be NULL there: they come without elements. */
  readonly hasNoNullCollections?: boolean;
}

const DATABASE = 'kinesis-rd-db';

/** Every kind of write of an Iceberg table; after each one Athena's rows are compared with the reader's. */
export class IcebergWrites {
  constructor(
    private readonly lake: AthenaLake,
    private readonly reader: ForeignReader,
    /** Interval, in snapshots, at which one of the fifty is read. */
    private readonly everySnapshots = 1,
  ) {}

  /** Kinds of writes, by name. */
  readonly kinds: Readonly<Record<string, () => Promise<void>>> = {
    'inserts, with partitions and without': async () => {
      await this.create('plain', 'id bigint, name string');
      await this.write('plain', "INSERT INTO plain VALUES (1, 'a'), (2, NULL), (NULL, '')");
      await this.create(
        'parted',
        'id bigint, name string, day date',
        'PARTITIONED BY (bucket(4, id), name, month(day))',
      );
      await this.write(
        'parted',
        "INSERT INTO parted SELECT id, 'n ' || cast(id % 3 AS varchar), DATE '2026-01-15' + id * INTERVAL '9' DAY FROM unnest(sequence(1, 12)) t(id)",
      );
      await this.write('parted', "INSERT INTO parted VALUES (NULL, NULL, NULL), (1, 'ä/=%', DATE '1969-12-31')");
      await this.lake.rows(
        "CREATE TABLE selected WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/tables/selected/') AS SELECT id, name FROM parted",
      );
      await this.compare('selected');
    },
    'deletes: of some rows, of a whole file, of all': async () => {
      await this.create('deleted', 'id int, name string');
      await this.write('deleted', "INSERT INTO deleted SELECT id, 'first' FROM unnest(sequence(1, 20)) t(id)");
      await this.write('deleted', "INSERT INTO deleted SELECT id, 'second' FROM unnest(sequence(1, 20)) t(id)");
      await this.write('deleted', 'DELETE FROM deleted WHERE id % 3 = 0');
      await this.write('deleted', 'DELETE FROM deleted WHERE id % 5 = 0');
      await this.write('deleted', "DELETE FROM deleted WHERE name = 'first'");
      await this.write('deleted', "DELETE FROM deleted WHERE id < 20 AND name = 'second'");
    },
    'updates and merges': async () => {
      await this.create('changed', 'id int, name string, total decimal(10,2)', 'PARTITIONED BY (truncate(10, id))');
      await this.write('changed', "INSERT INTO changed SELECT id, 'new', 1.25 FROM unnest(sequence(1, 30)) t(id)");
      await this.write('changed', "UPDATE changed SET name = 'updated', total = total * 2 WHERE id % 4 = 1");
      await this.write('changed', 'UPDATE changed SET id = id + 10 WHERE id < 3');
      await this.write(
        'changed',
        `MERGE INTO changed AS t USING (VALUES (5, 'merged'), (6, NULL), (99, 'inserted')) AS s(id, name) ON t.id = s.id
         WHEN MATCHED AND s.name IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET name = s.name
         WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)`,
      );
    },
    'columns added, renamed, widened, moved and dropped': async () => {
      await this.create('columns', 'id int, name string, score float, price decimal(9,2)');
      await this.write('columns', "INSERT INTO columns VALUES (1, 'Ann', CAST(1.5 AS real), DECIMAL '1.25')");
      await this.write('columns', 'ALTER TABLE columns ADD COLUMNS (city string, tags array<string>)');
      await this.write(
        'columns',
        "INSERT INTO columns VALUES (2, 'Bob', CAST(2.5 AS real), DECIMAL '2.5', 'Ulm', ARRAY['a', 'b'])",
      );
      await this.write('columns', 'ALTER TABLE columns CHANGE COLUMN name full_name string FIRST');
      await this.write('columns', 'ALTER TABLE columns CHANGE COLUMN id id bigint');
      await this.write('columns', 'ALTER TABLE columns CHANGE COLUMN price price decimal(18,2)');
      await this.write('columns', 'ALTER TABLE columns CHANGE COLUMN score points double AFTER city');
      await this.write('columns', 'ALTER TABLE columns DROP COLUMN city');
      await this.write('columns', 'ALTER TABLE columns ADD COLUMNS (city string)');
      await this.write('columns', "INSERT INTO columns (full_name, id, city) VALUES ('Cy', 3000000000, 'Bonn')");
      await this.write('columns', "UPDATE columns SET city = 'Jena' WHERE points < 2");
      // The new name was another column's before.
      await this.write('columns', 'ALTER TABLE columns CHANGE COLUMN city name string');
      await this.write('columns', "DELETE FROM columns WHERE name = 'Bonn'");
    },
    'a partitioning that another writer changes': async () => {
      await this.create('respecced', 'id int, day date, name string', 'PARTITIONED BY (month(day))');
      const insert = (from: number, to: number) =>
        this.write(
          'respecced',
          `INSERT INTO respecced SELECT id, DATE '2026-01-01' + id * INTERVAL '1' DAY, 'n' || cast(id % 2 AS varchar) FROM unnest(sequence(${from}, ${to})) t(id)`,
        );
      await insert(1, 60);
      await this.repartition('respecced', [{ column: 'id', name: 'id_bucket', transform: 'bucket[4]' }]);
      await insert(50, 70);
      await this.write('respecced', 'DELETE FROM respecced WHERE id % 7 = 0');
      await this.repartition('respecced', [
        { column: 'name', name: 'name', transform: 'identity' },
        { column: 'day', name: 'day_day', transform: 'day' },
      ]);
      await this.write('respecced', "UPDATE respecced SET name = 'moved' WHERE id = 59");
      await this.repartition('respecced', []);
      await insert(70, 71);
      await this.write('respecced', 'OPTIMIZE respecced REWRITE DATA USING BIN_PACK');
    },
    'every type, by its Hive name': async () => {
      await this.create(
        'types',
        'b boolean, i int, l bigint, f float, d double, de decimal(38,10), sm decimal(9,2), s string, bi binary, da date, ts timestamp, a array<int>, m map<string,int>, st struct<x:int,y:array<string>>',
      );
      const values = [
        ...['true', '-1', '9007199254740993', 'CAST(1.5 AS real)', '0.1e0', "DECIMAL '1234567890.0123456789'"],
        ...["DECIMAL '-0.01'", "'ä''\"'", "X'00ff'", "DATE '1969-12-31'", "TIMESTAMP '2026-01-01 10:11:12.345'"],
        ...['ARRAY[1, NULL]', "MAP(ARRAY['k'], ARRAY[1])"],
        "CAST(ROW(1, ARRAY['z']) AS ROW(x integer, y array(varchar)))",
      ];
      const nulls = values.map(() => 'NULL');
      await this.write('types', `INSERT INTO types VALUES (${values.join(', ')}), (${nulls.join(', ')})`);
      await this.write('types', "UPDATE types SET s = 'changed', l = -l WHERE i = -1");
      await this.write('types', 'DELETE FROM types WHERE i IS NULL');
    },
    'fifty snapshots, each of which stays readable': async () => {
      await this.create('fifty', 'id int, n int');
      for (let round = 0; round < 50; round++) {
        const kind = round % 5;
        await this.lake.rows(
          kind === 3
            ? `DELETE FROM fifty WHERE id % 11 = ${round % 11}`
            : kind === 4
              ? `UPDATE fifty SET n = n + 1 WHERE id % 7 = ${round % 7}`
              : `INSERT INTO fifty VALUES (${round}, 0), (${round + 100}, 1), (${round + 200}, 2)`,
        );
      }
      const snapshots = await this.lake.rows('SELECT snapshot_id FROM "fifty$snapshots" ORDER BY committed_at');
      if (snapshots.length !== 50) throw new Error(`${snapshots.length} snapshots, not 50`);
      for (const [index, [id]] of snapshots.entries()) {
        if (index % this.everySnapshots === 0 || index === 49) await this.compare('fifty', BigInt(id as string));
      }
    },
    'files put together and old snapshots forgotten': async () => {
      const properties =
        ", 'optimize_rewrite_delete_file_threshold'='1', 'optimize_rewrite_data_file_threshold'='2', 'vacuum_max_snapshot_age_seconds'='1'";
      await this.create('kept', 'id int, name string', '', properties);
      for (let id = 0; id < 4; id++)
        await this.write('kept', `INSERT INTO kept VALUES (${id}, 'a'), (${id + 10}, 'b')`);
      await this.write('kept', "DELETE FROM kept WHERE name = 'b' AND id > 11");
      await this.write('kept', 'OPTIMIZE kept REWRITE DATA USING BIN_PACK');
      await this.write('kept', 'VACUUM kept');
    },
  };

  private async create(name: string, columns: string, more = '', properties = ''): Promise<void> {
    await this.lake.rows(
      `CREATE TABLE ${name} (${columns}) ${more} LOCATION 's3://lake/tables/${name}/' TBLPROPERTIES ('table_type'='ICEBERG'${properties})`,
    );
  }

  private async write(table: string, sql: string): Promise<void> {
    await this.lake.rows(sql);
    await this.compare(table);
  }

  /** Changes the partition spec as other engines do: writes new metadata to S3 and its location to the catalog. */
  private async repartition(
    name: string,
    fields: readonly { readonly column: string; readonly name: string; readonly transform: string }[],
  ): Promise<void> {
    const { glue, s3 } = this.lake;
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: name }));
    const before = Table?.Parameters?.metadata_location as string;
    const object = await s3.send(new GetObjectCommand(splitS3Uri(before)));
    const metadata = parseMetadata((await object.Body?.transformToString()) ?? '');
    const columns = currentSchema(metadata).fields;
    const wanted = fields.map((field) => ({
      ...field,
      sourceId: columns.find((column) => column.name === field.column)?.id as number,
    }));
    const metadata_location = metadataPath(metadata.location, before);
    const Body = formatMetadata(withPartitionFields(metadata, wanted));
    await s3.send(new PutObjectCommand({ ...splitS3Uri(metadata_location), Body }));
    const Parameters = { ...Table?.Parameters, metadata_location, previous_metadata_location: before };
    const { Name, TableType, StorageDescriptor } = Table as TableInput;
    await glue.send(
      new UpdateTableCommand({
        DatabaseName: DATABASE,
        TableInput: { Name, TableType, StorageDescriptor, Parameters },
        VersionId: Table?.VersionId,
      }),
    );
    await this.compare(name);
  }

  /** Compares the rows. @throws AssertionError if the reader's differ from Athena's */
  async compare(table: string, snapshotId?: bigint): Promise<void> {
    const at = snapshotId === undefined ? '' : ` FOR VERSION AS OF ${snapshotId}`;
    const { Table } = await this.lake.glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: table }));
    const columns = (Table?.StorageDescriptor?.Columns ?? []).map(({ Name = '', Type = '' }) => ({
      name: Name,
      type: parseHiveType(Type),
    }));
    const own = (await this.lake.rows(`SELECT * FROM ${table}${at}`)).map((row) =>
      columns.map(({ type }, index) => this.canonical(type, row[index])),
    );
    const foreign = (await this.reader.rows(this.lake, table, snapshotId)).map((row) =>
      columns.map(({ name, type }) => this.canonical(type, printed(type, row[name]))),
    );
    deepStrictEqual([table, sorted(foreign)], [table, sorted(own)]);
  }

  /** A value's text in one form: the readers write some types differently. */
  private canonical(type: HiveType, text: string | undefined): string | undefined {
    if (text === undefined) return this.reader.hasNoNullCollections ? emptyOf(type) : undefined;
    if (type.kind === 'decimal') {
      return this.reader.roundsDecimals ? String(Number(text)) : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
    }
    if (type.kind !== 'primitive') return text;
    if (type.name === 'float' || type.name === 'double') return String(Number(text));
    if (type.name === 'binary' && this.reader.readsBinaryAsText && /^[0-9a-f]{2}( |$)/.test(text))
      return Buffer.from(text.replaceAll(' ', ''), 'hex').toString();
    return type.name === 'timestamp' ? text.replace(/\.?0*$/, '') : text;
  }
}

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

/** Value in place of NULL for readers whose collections are never NULL. */
function emptyOf(type: HiveType): string | undefined {
  if (type.kind === 'array') return '[]';
  if (type.kind === 'map') return '{}';
  if (type.kind !== 'struct') return undefined;
  return `{${type.fields.map((field) => `${field.name}=${emptyOf(field.type) ?? 'null'}`).join(', ')}}`;
}

/** A reader's value as Athena prints it. */
function printed(type: HiveType, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  const inner = (of: HiveType, item: unknown) => printed(of, item) ?? 'null';
  switch (type.kind) {
    case 'array':
      return `[${(value as unknown[]).map((item) => inner(type.of, item)).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value)
        .map(([key, item]) => `${key}=${inner(type.value, item)}`)
        .join(', ')}}`;
    case 'struct': {
      const fields = value as Record<string, unknown>;
      return `{${type.fields.map((field) => `${field.name}=${inner(field.type, fields[field.name])}`).join(', ')}}`;
    }
  }
  if (type.kind === 'primitive' && value instanceof Uint8Array)
    return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (!(value instanceof Date)) return String(value);
  const text = value.toISOString().replace('T', ' ').slice(0, -1);
  return type.kind === 'primitive' && type.name === 'date' ? text.slice(0, 10) : text;
}
