import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import type { PartitionLayout } from '../../config/partitions';
import type { CatalogTable } from '../catalog';
import { customersSql } from './change-queries';

/** Properties of a table of changes. */
export interface ChangeTableProps {
  /** Catalog of the database that holds table and view. */
  readonly catalog: CatalogTable;
  /**
   * The database's literal name: the view's text is encoded, and a Terraform reference in it would never be resolved.
   */
  readonly databaseName: string;
  readonly tableName: string;
  /** View of the current items. */
  readonly viewName: string;
  /** Location of the changes' objects, as `s3://bucket/prefix/`. */
  readonly location: string;
  readonly partitions: PartitionLayout;
}

/** Columns of the rows that `consumers/movements/change-rows` writes. */
const COLUMNS = [
  { name: 'event_id', type: 'string', comment: 'Of the change: the same for each delivery of it' },
  { name: 'event_name', type: 'string', comment: 'INSERT, MODIFY or REMOVE' },
  { name: 'changed_at', type: 'string', comment: 'When it was made, in ISO 8601 with microseconds' },
  { name: 'table_name', type: 'string', comment: 'Table in DynamoDB' },
  { name: 'keys', type: 'string', comment: "The item's key in DynamoDB's JSON" },
  { name: 'new_image', type: 'string', comment: "The item after it in DynamoDB's JSON; null once it is removed" },
  { name: 'old_image', type: 'string', comment: "The item before it in DynamoDB's JSON; null where it is new" },
  { name: 'size_bytes', type: 'bigint', comment: 'Size of keys and images' },
  { name: 'user_identity', type: 'string', comment: 'dynamodb.amazonaws.com where time to live removed the item' },
  { name: 'sequence_number', type: 'string', comment: 'In Kinesis: the order of changes at the same time' },
] as const;

/** Columns of the view, with Hive's and Trino's names of their types. */
const VIEW_COLUMNS = [
  ['id', 'string', 'varchar'],
  ['email', 'string', 'varchar'],
  ['name', 'string', 'varchar'],
  ['country', 'string', 'varchar'],
  ['balance', 'decimal(38,2)', 'decimal(38,2)'],
  ['changed_at', 'string', 'varchar'],
  ['item', 'string', 'varchar'],
] as const;

/** The history of a DynamoDB table in the catalog, and a view of its current items. */
export class ChangeTable extends Construct implements CatalogTable {
  readonly databaseName: string;
  readonly tableName: string;
  readonly databaseArn: string;
  readonly tableArn: string;
  readonly viewName: string;

  constructor(scope: Construct, id: string, props: ChangeTableProps) {
    super(scope, id);
    const { databaseName, databaseArn } = props.catalog;
    const table = new GlueCatalogTable(this, 'this', {
      name: props.tableName,
      databaseName,
      tableType: 'EXTERNAL_TABLE',
      parameters: { EXTERNAL: 'TRUE', classification: 'parquet', ...props.partitions.parameters },
      partitionKeys: props.partitions.columns.map((column) => ({ ...column, type: 'string' })),
      storageDescriptor: {
        location: props.location,
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serDeInfo: {
          serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
          parameters: { 'serialization.format': '1', 'parquet.compression': 'SNAPPY' },
        },
        columns: [...COLUMNS],
      },
    });
    const view = new GlueCatalogTable(this, 'view', {
      name: props.viewName,
      databaseName,
      tableType: 'VIRTUAL_VIEW',
      parameters: { presto_view: 'true', comment: 'Presto View' },
      viewExpandedText: '/* Presto View */',
      viewOriginalText: viewText(props),
      storageDescriptor: { columns: VIEW_COLUMNS.map(([name, type]) => ({ name, type })) },
      dependsOn: [table],
    });
    this.databaseName = databaseName;
    this.databaseArn = databaseArn;
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.viewName = view.name;
  }
}

/** The view's text, as Athena's CREATE VIEW keeps it in the catalog. */
function viewText({ databaseName, tableName }: ChangeTableProps): string {
  const definition = {
    originalSql: customersSql(databaseName, tableName),
    catalog: 'awsdatacatalog',
    schema: databaseName,
    columns: VIEW_COLUMNS.map(([name, , type]) => ({ name, type })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
}
