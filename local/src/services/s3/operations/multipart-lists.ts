import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from '@aws-sdk/client-s3';
import { operation, type Strict } from '../../../core/operation';
import type { UploadRecord } from '../state';
import { findUpload, partsOf, uploadsFrom } from '../uploads';
import { members, onBucket, onObject, stateOf } from './common';

export const listParts = operation<ListPartsRequest, ListPartsOutput>({
  name: 'ListParts',
  input: members('MaxParts PartNumberMarker', 'Bucket Key UploadId'),
  permissions: onObject('ListMultipartUploadParts'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    const limit = Math.min(input.MaxParts ?? 1_000, 1_000);
    const parts = partsOf(state, upload.uploadId, Number(input.PartNumberMarker ?? 0));
    const page = parts.slice(0, limit);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: input.PartNumberMarker ?? '0',
      NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
      MaxParts: limit,
      IsTruncated: page.length < parts.length,
      Parts: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.lastModified),
        ETag: part.etag,
        Size: part.size,
        [`Checksum${part.checksum.algorithm}`]: part.checksum.value,
      })),
      Owner: { ID: bucket.accountId },
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: upload.checksumAlgorithm as ListPartsOutput['ChecksumAlgorithm'],
      ChecksumType: upload.checksumAlgorithm === undefined ? undefined : upload.checksumType,
    };
  },
});

export const listMultipartUploads = operation<ListMultipartUploadsRequest, ListMultipartUploadsOutput>({
  name: 'ListMultipartUploads',
  input: members('Prefix Delimiter KeyMarker UploadIdMarker MaxUploads EncodingType', 'Bucket'),
  permissions: onBucket('ListBucketMultipartUploads'),
  handle: (input, { cloud, caller }) => {
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    const limit = Math.min(input.MaxUploads ?? 1_000, 1_000);
    const uploads: UploadRecord[] = [];
    const prefixes = new Set<string>();
    let truncated = false;
    for (const upload of uploadsFrom(state, bucket.name, input.Prefix ?? '')) {
      if (!isBehind(upload, input)) continue;
      const common = commonPrefix(upload.key, input.Prefix ?? '', input.Delimiter);
      if (common !== undefined && prefixes.has(common)) continue;
      truncated = uploads.length + prefixes.size >= limit;
      if (truncated) break;
      if (common === undefined) uploads.push(upload);
      else prefixes.add(common);
    }
    return {
      Bucket: bucket.name,
      Prefix: input.Prefix,
      Delimiter: input.Delimiter,
      KeyMarker: input.KeyMarker ?? '',
      UploadIdMarker: input.UploadIdMarker ?? '',
      NextKeyMarker: truncated ? uploads.at(-1)?.key : undefined,
      NextUploadIdMarker: truncated ? uploads.at(-1)?.uploadId : undefined,
      MaxUploads: limit,
      IsTruncated: truncated,
      Uploads: uploads.map(({ key, uploadId, startedAt, headers }) => ({
        Key: key,
        UploadId: uploadId,
        Initiated: new Date(startedAt),
        StorageClass: (headers.StorageClass ?? 'STANDARD') as 'STANDARD',
        Owner: { ID: bucket.accountId },
        Initiator: { ID: bucket.accountId },
      })),
      CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix })),
    };
  },
});

function isBehind({ key, uploadId }: UploadRecord, { KeyMarker, UploadIdMarker }: Strict<ListMultipartUploadsRequest>) {
  if (KeyMarker === undefined || KeyMarker === '') return true;
  const order = Buffer.compare(Buffer.from(key), Buffer.from(KeyMarker));
  return order > 0 || (order === 0 && UploadIdMarker !== undefined && uploadId > UploadIdMarker);
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}
