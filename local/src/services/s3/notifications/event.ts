import type { Cloud } from '../../../core/cloud';
import type { Context } from '../../../core/operation';
import { IamState } from '../../iam/state';
import type { BucketRecord, ObjectRecord } from '../state';
import type { NotificationRule } from './rules';

/** What happened to an object, and by whom. */
export interface ObjectEvent {
  /** `ObjectCreated:Put` */
  readonly name: string;
  readonly by: Pick<Context, 'cloud' | 'caller' | 'requestId'>;
}

/** An event as a message has it ("Event message structure"). @param sequencer grows from event to event of a key */
export function eventRecord(
  { name, by: { cloud, caller, requestId } }: ObjectEvent,
  rule: NotificationRule,
  bucket: BucketRecord,
  record: ObjectRecord,
  sequencer: number,
): object {
  const isDeletion = name === 'ObjectRemoved:Delete';
  return {
    eventVersion: '2.5',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(cloud.clock.now()).toISOString(),
    eventName: name,
    userIdentity: { principalId: `AWS:${principalIdOf(cloud, caller)}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: {
      'x-amz-request-id': requestId,
      'x-amz-id-2': Buffer.from(requestId).toString('base64'),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: rule.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.accountId },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        // As in a form: a blank is a plus sign, a slash stays.
        key: encodeURIComponent(record.key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        ...(!isDeletion && { size: record.size, eTag: record.etag.replaceAll('"', '') }),
        ...(bucket.versioning !== undefined && { versionId: record.versionId }),
        sequencer: sequencer.toString(16).toUpperCase().padStart(18, '0'),
      },
    },
  };
}

function principalIdOf(cloud: Cloud, { accountId, roleArn, principalArn }: Context['caller']): string {
  const role = roleArn === undefined ? undefined : cloud.state(IamState).roleByArn(roleArn);
  return role === undefined ? accountId : `${role.id}:${principalArn.split('/').pop()}`;
}

/** What a queue or a topic gets when it becomes a destination. */
export function testEvent(bucket: string, requestId: string, now: number): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(now).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: Buffer.from(requestId).toString('base64'),
  });
}
