import { FirehoseClient } from '@aws-sdk/client-firehose';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { prefixesOf } from '../replay/prefixes';
import { stackClientConfig } from '../shared/aws-client';
import { counted } from '../shared/counted';
import type { JsonObject } from '../shared/json';

/**
 * A note on records of the table under the error prefix that aren't replayed: rows that a result lacks. Undefined if
 * there are none, or if they can't be listed. Lists 1,000 objects at most.
 */
export async function failedRecordsNote(outputs: JsonObject): Promise<string | undefined> {
  const { lake_bucket_name: bucket, delivery_stream_name: deliveryStream } = outputs;
  if (typeof bucket !== 'string' || typeof deliveryStream !== 'string') return undefined;
  const config = { ...stackClientConfig(outputs), maxAttempts: 1 };
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const firehose = new FirehoseClient(config);
  try {
    const { error: prefix } = await prefixesOf(deliveryStream, firehose);
    if (prefix === undefined || prefix === '') return undefined;
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    const marks = `${prefix}replayed/`;
    const replayed = new Set(
      keys.filter((key) => key.startsWith(marks)).map((key) => key.slice(marks.length).replace(/\.json$/, '')),
    );
    const left = keys.filter((key) => !key.startsWith(marks) && !replayed.has(key)).length;
    if (left === 0) return undefined;
    const objects = page.IsTruncated === true ? `${left} or more objects` : counted(left, 'object');
    return `Records that did not fit the table are missing from it: ${objects} of them under s3://${bucket}/${prefix}. "npm run replay -- --dry-run" says why they failed, "npm run replay" sends them again.`;
  } catch {
    // No note: a caller who may query may lack the permission to list the bucket.
    return undefined;
  } finally {
    s3.destroy();
    firehose.destroy();
  }
}
