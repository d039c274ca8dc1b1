import { DescribeDeliveryStreamCommand, type FirehoseClient } from '@aws-sdk/client-firehose';

/** Prefixes of a delivery stream's failed records and of its backup. */
export interface Prefixes {
  readonly error?: string;
  readonly source?: string;
}

/** The prefixes that a delivery stream writes to, up to their first expression. */
export async function prefixesOf(name: string | undefined, firehose: FirehoseClient): Promise<Prefixes> {
  if (name === undefined) return {};
  const described = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }));
  const s3 = described.DeliveryStreamDescription?.Destinations?.[0]?.ExtendedS3DestinationDescription;
  const fixed = (prefix: string | undefined) => prefix?.split('!{')[0];
  const [error, source] = [fixed(s3?.ErrorOutputPrefix), fixed(s3?.S3BackupDescription?.Prefix)];
  return { ...(error !== undefined && { error }), ...(source !== undefined && { source }) };
}
