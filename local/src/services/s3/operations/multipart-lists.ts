import type { ListPartsOutput } from '@aws-sdk/client-s3';
import { onBucket, onObject } from '../arn';
import { operation } from '../contract';
import { invalidArgument } from '../errors';
import { listUploads } from '../listing';
import type { MultipartUpload, S3State } from '../state';
import { afterPrefix, objectKey } from '../table-keys';
import { findUpload, partsOf } from '../uploads';
import { stateOf } from './common';
import { encoderOf, limitOf, naturalNumber } from './paging';

export const listParts = operation('ListParts', {
  permissions: onObject('ListMultipartUploadParts'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    const limit = limitOf(input.MaxParts, 'max-parts');
    const after = naturalNumber(input.PartNumberMarker ?? 0, 'part-number-marker');
    const { checksumAlgorithm } = upload;
    const parts = partsOf(state, upload.uploadId, after);
    const page = parts.slice(0, limit);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
      MaxParts: limit,
      IsTruncated: page.length < parts.length,
      Parts: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.lastModified),
        ETag: part.etag,
        Size: part.size,
        ...(checksumAlgorithm !== undefined && { [`Checksum${checksumAlgorithm}`]: part.checksum.value }),
      })),
      Owner: { ID: bucket.accountId },
      Initiator: initiatorOf(upload, bucket.accountId),
      StorageClass: (upload.headers.StorageClass ?? 'STANDARD') as 'STANDARD',
      ChecksumAlgorithm: upload.checksumAlgorithm as ListPartsOutput['ChecksumAlgorithm'],
      ChecksumType: upload.checksumAlgorithm === undefined ? undefined : upload.checksumType,
    };
  },
});

export const listMultipartUploads = operation('ListMultipartUploads', {
  permissions: onBucket('ListBucketMultipartUploads'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const limit = limitOf(input.MaxUploads, 'max-uploads');
    const encode = encoderOf(input.EncodingType);
    const prefix = input.Prefix ?? '';
    const delimiter = input.Delimiter === '' ? undefined : input.Delimiter;
    const marker = input.KeyMarker === '' ? undefined : input.KeyMarker;
    const query = { bucket: bucket.name, prefix, delimiter, limit, after: marker, passed: marker };
    const uploadMarker = marker === undefined ? undefined : input.UploadIdMarker;
    checkUploadMarker(state, bucket.name, marker, uploadMarker);
    const page = listUploads(state, query, uploadMarker);
    const lastUpload = page.next === undefined ? page.items.at(-1) : page.last;
    const owner = { ID: bucket.accountId };
    return {
      Bucket: bucket.name,
      Prefix: prefix === '' ? undefined : encode(prefix),
      Delimiter: encode(delimiter),
      KeyMarker: encode(input.KeyMarker ?? ''),
      UploadIdMarker: uploadMarker ?? '',
      // Set on the last page too; empty without uploads.
      NextKeyMarker: encode(page.next ?? lastUpload?.key ?? ''),
      NextUploadIdMarker: lastUpload?.uploadId ?? '',
      MaxUploads: limit,
      EncodingType: input.EncodingType,
      IsTruncated: page.next !== undefined,
      Uploads: page.items.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiated: new Date(upload.startedAt),
        StorageClass: (upload.headers.StorageClass ?? 'STANDARD') as 'STANDARD',
        ChecksumAlgorithm: upload.checksumAlgorithm as ListPartsOutput['ChecksumAlgorithm'],
        ChecksumType: upload.checksumAlgorithm === undefined ? undefined : upload.checksumType,
        Owner: owner,
        Initiator: initiatorOf(upload, bucket.accountId),
      })),
      CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
    };
  },
});

const initiatorOf = ({ initiator }: MultipartUpload, accountId: string) =>
  initiator ?? { ID: accountId, DisplayName: accountId };

/** Checks that an upload-id marker has a key marker. @throws AwsError `InvalidArgument` */
function checkUploadMarker(
  state: S3State,
  bucket: string,
  key: string | undefined,
  uploadId: string | undefined,
): void {
  if (key === undefined || uploadId === undefined) return;
  const all = objectKey(bucket, '');
  for (const { value } of state.uploads.getRange({ start: all, end: afterPrefix(all) }))
    if (value.uploadId === uploadId && value.key !== key)
      throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', uploadId);
}
