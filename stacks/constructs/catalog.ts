import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import type { PartitionLayout } from '../config/partitions';
import type { Column } from '../config/settings/catalog';

/** Properties of the catalog. */
export interface CatalogProps {
  readonly databaseName: string;
  readonly tableName: string;
  /** Location of the table's objects, as `s3://bucket/prefix/`. */
  readonly location: string;
  /** The record's fields. */
  readonly columns: readonly Column[];
  /** Partitioning of the objects. */
  readonly partitions: PartitionLayout;
  /** Hive input format. */
  readonly inputFormat: string;
  /** Hive output format. */
  readonly outputFormat: string;
  readonly serde: { readonly name: string; readonly library: string };
  /** Format of the objects. */
  readonly classification: 'parquet' | 'json';
}

/** A table of the catalog and its database, as roles and delivery streams refer to them. */
export interface CatalogTable {
  readonly databaseName: string;
  readonly tableName: string;
  readonly databaseArn: string;
  readonly tableArn: string;
}

/** The Glue database and table: the delivery stream's schema for conversion, and the table of queries. */
export class Catalog extends Construct implements CatalogTable {
  readonly databaseName: string;
  readonly tableName: string;
  readonly databaseArn: string;
  readonly tableArn: string;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const database = new GlueCatalogDatabase(this, 'database', { name: props.databaseName });
    const parquet = props.classification === 'parquet';
    const table = new GlueCatalogTable(this, 'table', {
      name: props.tableName,
      databaseName: database.name,
      tableType: 'EXTERNAL_TABLE',
      parameters: { EXTERNAL: 'TRUE', classification: props.classification, ...props.partitions.parameters },
      partitionKeys: props.partitions.columns.map((column) => ({ ...column, type: 'string' })),
      storageDescriptor: {
        location: props.location,
        inputFormat: props.inputFormat,
        outputFormat: props.outputFormat,
        serDeInfo: {
          name: props.serde.name,
          serializationLibrary: props.serde.library,
          parameters: { 'serialization.format': '1', ...(parquet ? { 'parquet.compression': 'SNAPPY' } : {}) },
        },
        columns: props.columns.map((column) => ({ ...column })),
      },
    });
    this.databaseName = database.name;
    this.tableName = table.name;
    this.databaseArn = database.arn;
    this.tableArn = table.arn;
  }
}
