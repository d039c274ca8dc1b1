import { createHash } from 'node:crypto';
import type { Cloud } from '../../../core/cloud';
import type { Context } from '../../../core/operation';
import { IamState } from '../../iam/state';
import { bucketArn } from '../arn';
import type { Bucket, StoredObject } from '../state';
import type { NotificationRule } from './rules';

/** An event on an object, with its cause. */
export interface ObjectEvent {
  /** `ObjectCreated:Put` */
  readonly name: string;
  readonly by: Pick<Context, 'cloud' | 'caller' | 'requestId'>;
}

/** Event versions other than 2.1 ("Event message structure"). */
const EVENT_VERSIONS: Readonly<Record<string, string>> = { ObjectTagging: '2.3' };
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** The owner's id in S3's events: no account id, but stable. */
const ownerIdOf = (accountId: string) =>
  `A${createHash('sha256').update(accountId).digest('hex').slice(0, 13).toUpperCase()}`;

/** An event's facts about the body; none for a deleted object. */
function bodyOf(name: string, object: StoredObject): object {
  if (name === 'ObjectRemoved:Delete') return {};
  if (object.deleteMarker === true) return { eTag: EMPTY_MD5 };
  const eTag = object.etag.replaceAll('"', '');
  return name.startsWith('ObjectTagging:') ? { eTag } : { size: object.size, eTag };
}

/** An event in a message ("Event message structure"). @param sequencer increases from event to event of a key */
export function eventRecord(
  { name, by: { cloud, caller, requestId } }: ObjectEvent,
  rule: NotificationRule,
  bucket: Bucket,
  object: StoredObject,
  sequencer: number,
): object {
  return {
    eventVersion: EVENT_VERSIONS[name.split(':')[0] ?? ''] ?? '2.1',
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
        ownerIdentity: { principalId: ownerIdOf(bucket.accountId) },
        arn: bucketArn(bucket.name),
      },
      object: {
        // Form encoding: a blank is a plus sign, a slash stays.
        key: encodeURIComponent(object.key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        ...bodyOf(name, object),
        ...(object.versionId !== 'null' && { versionId: object.versionId }),
        ...(!name.startsWith('ObjectTagging:') && {
          sequencer: sequencer.toString(16).toUpperCase().padStart(18, '0'),
        }),
      },
    },
  };
}

function principalIdOf(cloud: Cloud, { accountId, roleArn, principalArn }: Context['caller']): string {
  const role = roleArn === undefined ? undefined : cloud.state(IamState).roleByArn(roleArn);
  return role === undefined ? accountId : `${role.id}:${principalArn.split('/').pop()}`;
}

/** The test message of a new destination, a queue or a topic. */
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
