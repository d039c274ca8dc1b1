import { type Column, GetTableCommand, GetTableVersionsCommand } from '@aws-sdk/client-glue';
import type { Aws } from '../aws.js';
import { part } from '../problem.js';
import type { Lakehouse } from '../settings.js';

/** Reads the table from the catalog; the editor's completion uses its names. */
export async function readCatalog(aws: Aws, { database, table }: Lakehouse) {
  const { Table: found } = await aws.glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
  const parameters = found?.Parameters ?? {};
  const versions = await part(
    aws.glue.send(new GetTableVersionsCommand({ DatabaseName: database, TableName: table })).then(({ TableVersions }) =>
      (TableVersions ?? []).map(({ VersionId, Table }) => ({
        id: VersionId ?? '',
        updated: Table?.UpdateTime?.toISOString(),
        columns: Table?.StorageDescriptor?.Columns?.length ?? 0,
      })),
    ),
  );
  return {
    database,
    table,
    location: found?.StorageDescriptor?.Location ?? '',
    serde: found?.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '',
    inputFormat: found?.StorageDescriptor?.InputFormat ?? '',
    columns: (found?.StorageDescriptor?.Columns ?? []).map(describe),
    partitionKeys: (found?.PartitionKeys ?? []).map(describe),
    projection: projectionInWords(parameters, found?.PartitionKeys ?? []),
    parameters,
    versions,
  };
}

function describe({ Name, Type, Comment }: Column) {
  return { name: Name ?? '', type: Type ?? '', comment: Comment ?? '' };
}

/** Partition projection as sentences (Athena's page "Supported types for partition projection"). */
export function projectionInWords(parameters: Readonly<Record<string, string>>, keys: readonly Column[]): string[] {
  if (parameters['projection.enabled'] !== 'true') {
    return keys.length === 0
      ? ['The table has no partitions.']
      : ['Partitions are registered in the catalog, one by one.'];
  }
  const sentences = keys.map(({ Name = '' }) => {
    const setting = (name: string) => parameters[`projection.${Name}.${name}`];
    switch (setting('type')) {
      case 'date': {
        const [from, to] = (setting('range') ?? '').split(',');
        const step = `${setting('interval') ?? '1'} ${(setting('interval.unit') ?? 'step').toLowerCase()}`;
        return `${Name}: a date written ${setting('format')}, from ${from} to ${to === 'NOW' ? 'now' : to}, every ${step}.`;
      }
      case 'integer': {
        const [from, to] = (setting('range') ?? '').split(',');
        const digits = setting('digits');
        return `${Name}: a whole number from ${from} to ${to}${digits === undefined ? '' : `, written with ${digits} digits`}.`;
      }
      case 'enum':
        return `${Name}: one of ${setting('values')}.`;
      case 'injected':
        return `${Name}: any value; a query must name it.`;
      default:
        return `${Name}: not projected.`;
    }
  });
  const template = parameters['storage.location.template'];
  return template === undefined ? sentences : [...sentences, `Objects are looked for under ${template}.`];
}
