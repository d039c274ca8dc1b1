/** The bucket and the key, or prefix, that an `s3://` URI names; both are empty for a text that is none. */
export function splitS3Uri(uri: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { Bucket, Key };
}
