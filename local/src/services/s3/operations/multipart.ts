import { randomBytes } from 'node:crypto';
import type {
  CompleteMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import type { Caller, Context, Strict } from '../../../core/operation';
import { onObject } from '../arn';
import { type Checksum, checksumMembers, checksumOf, isAlgorithm } from '../body/checksum';
import { type S3Body, stageBody } from '../body/receive';
import { checkUndisturbed, checkWriteConditions } from '../conditions';
import { operation, operationOf } from '../contract';
import { encryptionMembers, withUsableKey } from '../encryption';
import { badChecksum, invalidArgument, invalidRequest, unsupportedChecksum } from '../errors';
import { expirationOf } from '../lifecycle';
import { putVersion } from '../objects';
import type { MultipartUpload, S3State, StoredObject, UploadedPart } from '../state';
import { objectKey, uploadKey } from '../table-keys';
import {
  changeUpload,
  chooseParts,
  compositeChecksum,
  findUpload,
  forget,
  joinParts,
  MAX_PARTS,
  multipartEtag,
  partPath,
  partsOf,
} from '../uploads';
import { describeNew, stateOf, versionOf, writePermissions } from './common';
import { expectationsOf, type Framing } from './put-object';

export type CreateMultipartUploadInput = Omit<CreateMultipartUploadRequest, 'Expires'> & Framing;

export const createMultipartUpload = operationOf<CreateMultipartUploadInput, CreateMultipartUploadOutput>(
  'CreateMultipartUpload',
  {
    permissions: writePermissions,
    handle: async (input, context) => {
      const { state, bucket, ...described } = await describeNew(input, context);
      const upload: MultipartUpload = {
        bucket: bucket.name,
        key: input.Key,
        uploadId: newUploadId(context.cloud.clock.now()),
        startedAt: context.cloud.clock.now(),
        initiator: initiatorOf(context.caller),
        ...described,
        ...checksumChoice(input),
      };
      await state.commit([], () => {
        state.bucket(bucket.name, context.caller);
        state.uploads.put(uploadKey(bucket.name, input.Key, upload.uploadId), upload);
      });
      return {
        Bucket: bucket.name,
        Key: input.Key,
        UploadId: upload.uploadId,
        ChecksumAlgorithm: upload.checksumAlgorithm as CreateMultipartUploadOutput['ChecksumAlgorithm'],
        ChecksumType: upload.checksumAlgorithm === undefined ? undefined : upload.checksumType,
        ...encryptionMembers(upload.encryption),
      };
    },
  },
);

/** Increases with time: uploads of a key are listed in the order of their beginning. */
const newUploadId = (now: number) => now.toString(36).padStart(10, '0') + randomBytes(24).toString('base64url');

function initiatorOf({ accountId, roleArn, principalArn }: Caller) {
  if (roleArn === undefined) return { ID: accountId, DisplayName: accountId };
  return { ID: principalArn, DisplayName: principalArn.split('/').pop() ?? '' };
}

// CRC64NVME is of the whole object only, the SHAs of parts only; the other two can be either.
function checksumChoice(input: { ChecksumAlgorithm?: string; ChecksumType?: string }) {
  const { ChecksumAlgorithm: algorithm, ChecksumType: type } = input;
  if (algorithm === undefined && type !== undefined)
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  if (algorithm === undefined) return { checksumType: 'FULL_OBJECT' as const };
  if (!isAlgorithm(algorithm)) throw unsupportedChecksum();
  const chosen = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (chosen !== 'FULL_OBJECT' && chosen !== 'COMPOSITE')
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  if (
    (chosen === 'FULL_OBJECT' && algorithm.startsWith('SHA')) ||
    (chosen === 'COMPOSITE' && algorithm === 'CRC64NVME')
  )
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { checksumAlgorithm: algorithm, checksumType: chosen } as const;
}

export type UploadPartInput = Omit<UploadPartRequest, 'Body'> & Framing & { Body?: S3Body };

export const uploadPart = operationOf<UploadPartInput, UploadPartOutput>('UploadPart', {
  permissions: onObject('PutObject'),
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    checkPartNumber(input.PartNumber);
    const given = checksumOf(input)?.algorithm ?? input.ChecksumAlgorithm;
    checkPartAlgorithm(upload, given);
    const algorithm = given ?? upload.checksumAlgorithm;
    await withUsableKey(upload.encryption, bucket, context);
    const part = await storePart(
      state,
      upload,
      input.PartNumber,
      (input.Body ?? Buffer.alloc(0)) as S3Body,
      expectationsOf({ ...input, ChecksumAlgorithm: algorithm }),
    );
    // A checksum that neither the upload nor the request named isn't returned.
    const { ChecksumType: _type, ...checksum } = checksumMembers(algorithm === undefined ? undefined : part.checksum);
    return { ETag: part.etag, ...checksum, ...encryptionMembers(upload.encryption) };
  },
});

/** @throws AwsError `InvalidArgument`. */
export function checkPartNumber(partNumber: number): void {
  if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MAX_PARTS) return;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    'partNumber',
    String(partNumber),
  );
}

// Parts must use the upload's algorithm: their checksums make the object's. Only for one of the whole object, which S3
// computes itself, a part can do without.
function checkPartAlgorithm(upload: MultipartUpload, given: string | undefined): void {
  const { checksumAlgorithm: chosen, checksumType } = upload;
  if (chosen === undefined || given === chosen) return;
  if (given === undefined && checksumType === 'FULL_OBJECT') return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${chosen.toLowerCase()}, actual checksum Type: ${given?.toLowerCase() ?? 'null'}`,
  );
}

/** Stages a body as a part of an upload; it replaces a part of the same number. */
export async function storePart(
  state: S3State,
  upload: MultipartUpload,
  partNumber: number,
  source: S3Body,
  expected: Parameters<typeof stageBody>[2],
): Promise<UploadedPart> {
  const body = await stageBody(state.roomyFolder(), source, expected);
  const path = partPath(upload.bucket, upload.uploadId, partNumber);
  const part: UploadedPart = {
    partNumber,
    path,
    size: body.size,
    etag: `"${body.md5.toString('hex')}"`,
    checksum: body.checksum,
    lastModified: state.cloud.clock.now(),
  };
  const replace = async () => {
    const old = state.parts.get([upload.uploadId, partNumber]);
    const steps = [{ install: [state.stagedPath(body.path), path] as const }];
    await state.commit(old === undefined ? steps : [...steps, { remove: old.path }], () => {
      findUpload(state, upload.bucket, upload.key, upload.uploadId);
      state.parts.put([upload.uploadId, partNumber], part);
    });
    return part;
  };
  return state.place(body.path, () => changeUpload(state, upload, replace));
}

export const completeMultipartUpload = operation('CompleteMultipartUpload', {
  permissions: onObject('PutObject'),
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    const object = completedBefore(state, input) ?? (await completeNow(state, input, context));
    return {
      Location: `http://${bucket.name}.s3.localhost/${encodeURIComponent(input.Key).replaceAll('%2F', '/')}`,
      Bucket: bucket.name,
      Key: input.Key,
      ETag: object.etag,
      ...checksumMembers(object.checksum),
      ...encryptionMembers(object.encryption),
      Expiration: expirationOf(bucket, object),
      VersionId: versionOf(bucket, object),
    };
  },
});

function completeNow(state: S3State, input: Strict<CompleteMultipartUploadRequest>, by: Context) {
  const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
  checkWriteConditions(input, state.objects.get(objectKey(input.Bucket, input.Key)), input.Key);
  return changeUpload(state, upload, () => complete(state, upload, input, by));
}

/** Completes an upload, with a lock on it: a second attempt meanwhile finds no upload any more. */
async function complete(
  state: S3State,
  { bucket, key, uploadId }: MultipartUpload,
  input: Strict<CompleteMultipartUploadRequest>,
  by: Context,
): Promise<StoredObject> {
  const upload = findUpload(state, bucket, key, uploadId);
  if (input.ChecksumType !== undefined && input.ChecksumType !== (upload.checksumAlgorithm && upload.checksumType))
    throw invalidRequest(
      `The upload was created using the ${upload.checksumAlgorithm === undefined ? 'null' : upload.checksumType} checksum mode. The complete request must use the same checksum mode.`,
    );
  const parts = chooseParts(state, upload, input.MultipartUpload && (input.MultipartUpload.Parts ?? []));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
  const algorithm = upload.checksumAlgorithm ?? 'CRC64NVME';
  const joined = await joinParts(state, parts, algorithm);
  const object = await state.place(joined.path, async () => {
    const checksum = wholeChecksum(upload, parts, { algorithm, value: joined.checksum });
    checkWhole(upload, checksum, input);
    const whole = objectOf(upload, parts, checksum, state.cloud.clock.now());
    const also = () => {
      checkUndisturbed(input, findUpload(state, bucket, key, uploadId));
      forget(state, upload, partsOf(state, uploadId));
    };
    return putVersion(state, bucket, key, joined, whole, {
      IfMatch: input.IfMatch,
      IfNoneMatch: input.IfNoneMatch,
      event: { name: 'ObjectCreated:CompleteMultipartUpload', by },
      also,
    });
  });
  await state.removeUploadFolder(bucket, uploadId);
  return object;
}

function wholeChecksum(
  { checksumType }: MultipartUpload,
  parts: readonly UploadedPart[],
  { algorithm, value }: Pick<Checksum, 'algorithm' | 'value'>,
): Checksum {
  if (checksumType !== 'COMPOSITE') return { algorithm, value, type: 'FULL_OBJECT' };
  return { algorithm, value: compositeChecksum(parts, algorithm), type: 'COMPOSITE' };
}

/**
 * Checks the object's checksum in a completion. S3 ignores it for an upload without an algorithm, and takes one without
 * its type for a composite one.
 * @throws AwsError `BadDigest`
 */
function checkWhole(
  { checksumAlgorithm, checksumType }: MultipartUpload,
  { algorithm, value }: Checksum,
  input: Strict<CompleteMultipartUploadRequest>,
): void {
  const wanted = checksumOf(input);
  if (checksumAlgorithm === undefined || wanted?.value === undefined) return;
  const isUntyped = checksumType === 'FULL_OBJECT' && algorithm !== 'CRC64NVME' && input.ChecksumType === undefined;
  const matches = wanted.value === value || wanted.value === value.replace(/-\d+$/, '');
  if (wanted.algorithm !== algorithm || isUntyped || !matches) throw badChecksum(algorithm.toLowerCase());
}

function objectOf(upload: MultipartUpload, parts: readonly UploadedPart[], checksum: Checksum, lastModified: number) {
  const { headers, encryption, tags, uploadId } = upload;
  const sizes = parts.map(({ size }) => size);
  const partChecksums = checksum.type === 'COMPOSITE' ? parts.map((part) => part.checksum.value) : undefined;
  const etag = multipartEtag(parts);
  return { etag, checksum, encryption, tags, headers, lastModified, parts: sizes, partChecksums, uploadId };
}

/** The object of an upload that is already complete: a client that missed the answer tries again. */
function completedBefore(state: S3State, { Bucket, Key, UploadId }: { Bucket: string; Key: string; UploadId: string }) {
  const current = state.objects.get(objectKey(Bucket, Key));
  return current?.uploadId === UploadId ? current : undefined;
}

export const abortMultipartUpload = operation('AbortMultipartUpload', {
  permissions: onObject('AbortMultipartUpload'),
  handle: async (input, { cloud, caller }) => {
    const { state } = stateOf(cloud, input.Bucket, caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    await changeUpload(state, upload, async () => {
      findUpload(state, input.Bucket, input.Key, input.UploadId);
      await state.commit([], () => forget(state, upload, partsOf(state, upload.uploadId)));
      await state.removeUploadFolder(upload.bucket, upload.uploadId);
    });
    return {};
  },
});
