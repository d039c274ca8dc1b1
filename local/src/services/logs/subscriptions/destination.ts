import { createHash, randomUUID } from 'node:crypto';
import type { Destination } from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { isOf, type Owner, parseArn } from '../../../core/owner';
import { putRecord as putToFirehose } from '../../firehose/operations/put-records';
import { assumeRole } from '../../iam/assume-role';
import { putRecord as putToKinesis } from '../../kinesis/operations/put-record';
import { groupArn } from '../arn';
import { destinationNotFound } from '../errors';
import { LogsState, type StoredSubscription } from '../state';

/** Kinds of destinations of subscription filters. */
export type DestinationKind = 'kinesis' | 'firehose' | 'lambda' | 'destination';

/** The kind of an ARN's resource; undefined if it takes no log events. */
export function destinationKind(arn: string): DestinationKind | undefined {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service === 'kinesis' && /^stream\/[^/]+$/.test(resource)) return 'kinesis';
  if (service === 'firehose' && /^deliverystream\/[^/]+$/.test(resource)) return 'firehose';
  if (service === 'logs' && resource.startsWith('destination:')) return 'destination';
  return service === 'lambda' && resource.startsWith('function:') ? 'lambda' : undefined;
}

/** An envelope for a destination, with its log stream. */
export interface Sent {
  readonly envelope: Buffer;
  readonly group: string;
  readonly stream: string;
}

/**
 * Sends an envelope to a filter's destination with its role; to a function if its resource policy allows the group.
 * @param checkOnly whether a function is only checked, not invoked. @default false
 * @throws AwsError of the destination, or `AccessDenied…`
 */
export async function send(
  cloud: Cloud,
  owner: Owner,
  filter: Pick<StoredSubscription, 'destinationArn' | 'roleArn' | 'distribution'>,
  { envelope, group, stream }: Sent,
  checkOnly = false,
): Promise<void> {
  const { destinationArn, roleArn = '' } = filter;
  const source = `${groupArn(owner, group)}:*`;
  const kind = destinationKind(destinationArn);
  if (kind === 'lambda') return invoke(cloud, owner, destinationArn, source, envelope, checkOnly);
  if (kind === 'destination') {
    const { targetArn = '', roleArn: role } = destinationOf(cloud, owner, destinationArn);
    const target = { ...filter, destinationArn: targetArn, roleArn: role };
    return send(cloud, owner, target, { envelope, group, stream }, checkOnly);
  }
  const caller = roleCaller(cloud, owner, roleArn, source);
  if (parseArn(destinationArn)?.region !== owner.region) {
    throw new AwsError('ResourceNotFoundException', `${destinationArn} is not in the log group's region.`);
  }
  if (kind === 'firehose') {
    const DeliveryStreamName = destinationArn.split('/')[1] as string;
    await cloud.call(putToFirehose, { DeliveryStreamName, Record: { Data: envelope } }, caller);
    return;
  }
  const byStream = createHash('md5').update(`${group}:${stream}`).digest('hex');
  const PartitionKey = filter.distribution === 'Random' ? randomUUID() : byStream;
  await cloud.call(putToKinesis, { StreamARN: destinationArn, PartitionKey, Data: envelope }, caller);
}

/** @throws AwsError `ResourceNotFoundException` */
function destinationOf(cloud: Cloud, owner: Owner, arn: string): Destination {
  const parsed = parseArn(arn);
  if (parsed === undefined || !isOf(owner, parsed)) throw destinationNotFound();
  return cloud.state(LogsState).destinations.require(owner, parsed.resource.slice('destination:'.length));
}

/** Service principals of CloudWatch Logs: the regional and the general one. */
const principals = (region: string) => [`logs.${region}.amazonaws.com`, 'logs.amazonaws.com'];

/** @throws AwsError `AccessDenied` if the role doesn't exist, or trusts neither principal */
function roleCaller(cloud: Cloud, owner: Owner, roleArn: string, sourceArn: string): Caller {
  return firstOf(principals(owner.region), (service) =>
    assumeRole(cloud, roleArn, service, { region: owner.region, sourceArn }),
  );
}

async function invoke(
  cloud: Cloud,
  owner: Owner,
  endpoint: string,
  sourceArn: string,
  envelope: Buffer,
  checkOnly: boolean,
): Promise<void> {
  const receiver = cloud.services.find(({ name }) => name === 'lambda')?.onNotification;
  const event = { awslogs: { data: envelope.toString('base64') } };
  const told = { ...owner, sourceArn, endpoint, event, checkOnly, body: '', attributes: {} };
  let last: unknown;
  for (const service of principals(owner.region)) {
    try {
      return await receiver?.(cloud, { ...told, service });
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function firstOf<T, R>(all: readonly T[], attempt: (each: T) => R): R {
  let last: unknown;
  for (const each of all) {
    try {
      return attempt(each);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
