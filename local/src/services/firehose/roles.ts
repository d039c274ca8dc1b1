import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import type { Caller } from '../../core/operation';
import { getTable } from '../glue/operations/get-table';
import { assumeRole } from '../iam/assume-role';
import { describeStream } from '../kinesis/operations/describe-stream';
import { invalidArgument } from './errors';
import type { IcebergSettings } from './iceberg';
import { lambdaProcessorOf } from './processors';
import type { DestinationSettings } from './state';

interface KinesisSource {
  readonly KinesisStreamARN: string;
  readonly RoleARN: string;
}

/**
 * Checks a delivery stream's roles, as AWS does before it accepts them: that they trust Firehose, can describe the
 * source, and can read the schema's table. Other missing permissions appear at delivery.
 * @param source the Kinesis stream, if there is one
 */
export async function checkRoles(
  cloud: Cloud,
  caller: Caller,
  source: KinesisSource | undefined,
  destination: DestinationSettings,
): Promise<void> {
  const roles = [
    destination.RoleARN,
    destination.S3BackupConfiguration?.RoleARN,
    lambdaProcessorOf(destination)?.roleArn,
  ];
  for (const role of roles) {
    if (role !== undefined) deliveryCaller(cloud, caller, role);
  }
  if (source !== undefined) await checkSource(cloud, caller, source);
  await checkSchema(cloud, caller, destination);
}

/** Checks that an Iceberg destination's role can read its tables. @throws AwsError `InvalidArgumentException` */
export async function checkTables(
  cloud: Cloud,
  caller: Caller,
  { RoleARN, DestinationTableConfigurationList = [] }: IcebergSettings,
): Promise<void> {
  const role = deliveryCaller(cloud, caller, RoleARN);
  for (const { DestinationDatabaseName, DestinationTableName } of DestinationTableConfigurationList) {
    try {
      await cloud.call(getTable, { DatabaseName: DestinationDatabaseName, Name: DestinationTableName }, role);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalidArgument(
        `Role ${RoleARN} is not authorized to perform: glue:GetTable for the given table or the table does not exist.`,
      );
    }
  }
}

async function checkSource(cloud: Cloud, caller: Caller, source: KinesisSource): Promise<void> {
  const role = deliveryCaller(cloud, caller, source.RoleARN);
  const { KinesisStreamARN } = source;
  try {
    await cloud.call(describeStream, { StreamARN: KinesisStreamARN }, role);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument(
      isDenied(error)
        ? `Role ${source.RoleARN} is not authorized to perform: kinesis:DescribeStream on resource ${KinesisStreamARN}.`
        : error.message,
    );
  }
}

async function checkSchema(cloud: Cloud, caller: Caller, destination: DestinationSettings): Promise<void> {
  const conversion = destination.DataFormatConversionConfiguration;
  const schema = conversion?.SchemaConfiguration;
  if (conversion?.Enabled !== true || schema === undefined) return;
  const role = deliveryCaller(cloud, caller, schema.RoleARN ?? destination.RoleARN);
  const catalog = schema.CatalogId === undefined ? {} : { CatalogId: schema.CatalogId };
  const table = { ...catalog, DatabaseName: schema.DatabaseName ?? '', Name: schema.TableName ?? '' };
  try {
    await cloud.call(getTable, table, { ...role, region: schema.Region ?? role.region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument(
      isDenied(error)
        ? 'Access was denied when calling Glue. Please ensure that the role specified in the data format conversion configuration has the necessary permissions.'
        : error.message,
    );
  }
}

const isDenied = (error: AwsError) => error.code.startsWith('AccessDenied');

/**
 * The caller for Firehose's use of a role, with the account as external id.
 * @throws AwsError `InvalidArgumentException` if the role doesn't exist or doesn't trust Firehose
 */
function deliveryCaller(cloud: Cloud, owner: Pick<Caller, 'accountId' | 'region'>, roleArn: string): Caller {
  try {
    return assumeRole(cloud, roleArn, 'firehose.amazonaws.com', { externalId: owner.accountId, region: owner.region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument(`Firehose is unable to assume role ${roleArn}. Please check the role provided.`);
  }
}
