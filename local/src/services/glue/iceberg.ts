import type { OpenTableFormatInput, TableInput } from '@aws-sdk/client-glue';
import { type HiveType, parseHiveType } from '../../core/hive-types';
import type { Context, Strict } from '../../core/operation';
import { splitS3Uri } from '../../core/s3-uri';
import { createMetadata, icebergTableInput } from '../../iceberg/create';
import { formatMetadata } from '../../iceberg/format/metadata';
import { metadataPath } from '../../iceberg/table/table';
import { putObject } from '../s3/operations/put-object';
import { invalidInput } from './errors';

/**
 * Creates a table in Iceberg's format, as CreateTable can: Glue writes its first metadata below its location, with the
 * caller's permissions.
 * @throws AwsError `InvalidInputException`, or S3's
 */
export async function asIceberg(
  input: Strict<TableInput>,
  { IcebergInput }: Strict<OpenTableFormatInput>,
  { cloud, caller }: Context,
): Promise<Strict<TableInput>> {
  if (IcebergInput?.MetadataOperation !== 'CREATE')
    throw invalidInput('IcebergInput.MetadataOperation must be CREATE.');
  const version = IcebergInput.Version ?? '2';
  if (version !== '2') throw invalidInput(`Iceberg table format version ${version} is not supported here: 2 is.`);
  const location = input.StorageDescriptor?.Location ?? '';
  if (splitS3Uri(location.endsWith('/') ? location : `${location}/`).Bucket === '') {
    throw invalidInput('An Iceberg table needs a location on S3.');
  }
  if ((input.PartitionKeys ?? []).length > 0) {
    throw invalidInput('PartitionKeys cannot be given for an Iceberg table: its metadata has its partitioning.');
  }
  const columns = (input.StorageDescriptor?.Columns ?? []).map(({ Name, Type, Comment }) => ({
    name: Name,
    type: typeOf(Name, Type ?? 'string'),
    ...(Comment !== undefined && Comment !== '' && { comment: Comment }),
  }));
  if (columns.length === 0) throw invalidInput('An Iceberg table needs columns.');
  const { table_type: _type, metadata_location: _location, ...properties } = input.Parameters ?? {};
  const metadata = createMetadata({ location, columns, partitions: [], properties }, cloud.clock.now());
  const uri = metadataPath(metadata.location, undefined);
  await cloud.call(putObject, { ...splitS3Uri(uri), Body: Buffer.from(formatMetadata(metadata)) }, caller);
  const described = icebergTableInput(input.Name, metadata, uri, input);
  // Location and Columns stay those of the input: callers compare the two.
  const { Location, Columns } = input.StorageDescriptor ?? {};
  return {
    ...described,
    StorageDescriptor: { ...described.StorageDescriptor, Location, Columns },
  } as Strict<TableInput>;
}

function typeOf(column: string, text: string): HiveType {
  try {
    return parseHiveType(text);
  } catch {
    throw invalidInput(`Column ${column} has a type that Iceberg doesn't have: ${text}.`);
  }
}
