/** The bucket and the key, or prefix, of an `s3://` URI; both are empty for another text. */
export function splitS3Uri(uri: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { Bucket, Key };
}
