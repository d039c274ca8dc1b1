import { DEFAULT_TIME_LAYOUT, fixedPart, withTimeLayout } from './prefix';
import type { Settings } from './schema';

type PartitionSettings = Pick<
  Settings,
  'partitions' | 'partitionsFromYear' | 'dynamicPartitioningField' | 'dynamicPartitioningValues'
>;

/**
 * One partition column, with the projection by which queries find its values: the catalog lists no partitions
 * ("Partition projection").
 */
interface Partition {
  readonly name: string;
  readonly comment: string;
  readonly projection: Readonly<Record<string, string>>;
}

/** How the table is partitioned. */
export interface PartitionLayout {
  /** Partition columns in order; all strings. */
  readonly columns: readonly { readonly name: string; readonly comment: string }[];
  /** The table's parameters for partition projection. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Names of the table's partition columns. */
export function partitionColumns(settings: Pick<Settings, 'partitions' | 'dynamicPartitioningField'>): string[] {
  const time = settings.partitions === 'datehour' ? ['datehour'] : ['year', 'month', 'day', 'hour'];
  const field = settings.dynamicPartitioningField;
  return field === undefined ? time : [partitionColumnOf(field), ...time];
}

/** The partition column of a record's field; the field itself stays a column. */
export function partitionColumnOf(field: string): string {
  return `by_${field}`;
}

/**
 * The prefix that Firehose writes below, with the folder of the dynamic partition. That folder comes right after the
 * fixed part, so that one value's objects lie together.
 */
export function deliveryPrefix(dataPrefix: string, field: string | undefined): string {
  if (field === undefined) return dataPrefix;
  const fixed = fixedPart(dataPrefix);
  return `${fixed}!{partitionKeyFromQuery:${field}}/${withTimeLayout(dataPrefix).slice(fixed.length)}`;
}

/**
 * The partition columns, and the projection that finds every folder that Firehose makes.
 * @param dataPrefix the data prefix, as the settings give it
 * @param bucket the bucket's name, which may be a Terraform reference
 */
export function partitionLayout(settings: PartitionSettings, dataPrefix: string, bucket: string): PartitionLayout {
  const field = settings.dynamicPartitioningField;
  const partitions = [
    ...(field === undefined ? [] : [fieldPartition(field, settings.dynamicPartitioningValues)]),
    ...(settings.partitions === 'datehour'
      ? [datehour(settings.partitionsFromYear)]
      : timeComponents(settings.partitionsFromYear)),
  ];
  const parameters: Record<string, string> = { 'projection.enabled': 'true' };
  for (const { name, projection } of partitions) {
    for (const [key, value] of Object.entries(projection)) parameters[`projection.${name}.${key}`] = value;
  }
  parameters['storage.location.template'] = locationTemplate(settings, dataPrefix, bucket);
  return { columns: partitions.map(({ name, comment }) => ({ name, comment })), parameters };
}

function timeComponents(fromYear: number): Partition[] {
  const digits = (range: string) => ({ type: 'integer', range, digits: '2' });
  return [
    {
      name: 'year',
      comment: 'Year of arrival (UTC), yyyy',
      projection: {
        type: 'date',
        format: 'yyyy',
        range: `${fromYear},NOW`,
        interval: '1',
        'interval.unit': 'YEARS',
      },
    },
    { name: 'month', comment: 'Month of arrival (UTC), 01 to 12', projection: digits('1,12') },
    { name: 'day', comment: 'Day of arrival (UTC), 01 to 31', projection: digits('1,31') },
    { name: 'hour', comment: 'Hour of arrival (UTC), 00 to 23', projection: digits('0,23') },
  ];
}

function datehour(fromYear: number): Partition {
  return {
    name: 'datehour',
    comment: 'Hour of arrival (UTC), yyyy/MM/dd/HH',
    projection: {
      type: 'date',
      format: DEFAULT_TIME_LAYOUT,
      range: `${fromYear}/01/01/00,NOW`,
      interval: '1',
      'interval.unit': 'HOURS',
    },
  };
}

function fieldPartition(field: string, values: readonly string[] | undefined): Partition {
  return {
    name: partitionColumnOf(field),
    comment: `The record's ${field}, by which objects are sorted into folders`,
    projection: values === undefined ? { type: 'injected' } : { type: 'enum', values: values.join(',') },
  };
}

const COLUMN_OF_UNIT: Readonly<Record<string, string>> = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour' };

/** The folder of one partition. `$${x}` reaches Glue as `${x}`: Terraform would resolve a plain `${x}` itself. */
function locationTemplate(settings: PartitionSettings, dataPrefix: string, bucket: string): string {
  const prefix = deliveryPrefix(withTimeLayout(dataPrefix), settings.dynamicPartitioningField);
  const folders = prefix.replace(/!\{(\w+):([^}]*)\}/g, (_, namespace: string, value: string) => {
    if (namespace === 'partitionKeyFromQuery') return `$\${${partitionColumnOf(value)}}`;
    if (settings.partitions === 'datehour') return '$${datehour}';
    return value.replaceAll("'", '').replace(/yyyy|MM|dd|HH/g, (unit) => `$\${${COLUMN_OF_UNIT[unit]}}`);
  });
  return `s3://${bucket}/${folders}`;
}
