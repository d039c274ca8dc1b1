import { isDate } from 'node:util/types';
import type { HttpRequest } from '../../../core/http';
import { invalidArgument } from '../errors';

type Kind = 'text' | 'number' | 'boolean' | 'date' | 'list';
type Binding = readonly [name: string, kind: Kind];

const text = (name: string): Binding => [name, 'text'];

/**
 * Where S3's members travel, as its service model has it: one table for all operations, since a member is in the same
 * header or parameter wherever it occurs.
 */
const HEADERS: Readonly<Record<string, Binding>> = {
  ACL: text('x-amz-acl'),
  BucketKeyEnabled: ['x-amz-server-side-encryption-bucket-key-enabled', 'boolean'],
  CacheControl: text('cache-control'),
  ChecksumAlgorithm: text('x-amz-checksum-algorithm'),
  ChecksumCRC32: text('x-amz-checksum-crc32'),
  ChecksumCRC32C: text('x-amz-checksum-crc32c'),
  ChecksumCRC64NVME: text('x-amz-checksum-crc64nvme'),
  ChecksumMode: text('x-amz-checksum-mode'),
  ChecksumSHA1: text('x-amz-checksum-sha1'),
  ChecksumSHA256: text('x-amz-checksum-sha256'),
  ChecksumType: text('x-amz-checksum-type'),
  ContentDisposition: text('content-disposition'),
  ContentEncoding: text('content-encoding'),
  ContentLanguage: text('content-language'),
  ContentMD5: text('content-md5'),
  ContentType: text('content-type'),
  CopySource: text('x-amz-copy-source'),
  CopySourceIfMatch: text('x-amz-copy-source-if-match'),
  CopySourceIfModifiedSince: ['x-amz-copy-source-if-modified-since', 'date'],
  CopySourceIfNoneMatch: text('x-amz-copy-source-if-none-match'),
  CopySourceIfUnmodifiedSince: ['x-amz-copy-source-if-unmodified-since', 'date'],
  CopySourceRange: text('x-amz-copy-source-range'),
  ExpiresString: text('expires'),
  IfMatch: text('if-match'),
  IfModifiedSince: ['if-modified-since', 'date'],
  IfNoneMatch: text('if-none-match'),
  IfUnmodifiedSince: ['if-unmodified-since', 'date'],
  MetadataDirective: text('x-amz-metadata-directive'),
  ObjectAttributes: ['x-amz-object-attributes', 'list'],
  MpuObjectSize: ['x-amz-mp-object-size', 'number'],
  ObjectOwnership: text('x-amz-object-ownership'),
  Range: text('range'),
  ServerSideEncryption: text('x-amz-server-side-encryption'),
  SSEKMSKeyId: text('x-amz-server-side-encryption-aws-kms-key-id'),
  StorageClass: text('x-amz-storage-class'),
  Tagging: text('x-amz-tagging'),
  TaggingDirective: text('x-amz-tagging-directive'),
  TransitionDefaultMinimumObjectSize: text('x-amz-transition-default-minimum-object-size'),
  WebsiteRedirectLocation: text('x-amz-website-redirect-location'),
};

const PARAMETERS: Readonly<Record<string, Binding>> = {
  BucketRegion: text('bucket-region'),
  ContinuationToken: text('continuation-token'),
  Delimiter: text('delimiter'),
  EncodingType: text('encoding-type'),
  FetchOwner: ['fetch-owner', 'boolean'],
  KeyMarker: text('key-marker'),
  Marker: text('marker'),
  MaxBuckets: ['max-buckets', 'number'],
  MaxKeys: ['max-keys', 'number'],
  MaxParts: ['max-parts', 'number'],
  MaxUploads: ['max-uploads', 'number'],
  PartNumber: ['partNumber', 'number'],
  PartNumberMarker: text('part-number-marker'),
  Prefix: text('prefix'),
  ResponseCacheControl: text('response-cache-control'),
  ResponseContentDisposition: text('response-content-disposition'),
  ResponseContentEncoding: text('response-content-encoding'),
  ResponseContentLanguage: text('response-content-language'),
  ResponseContentType: text('response-content-type'),
  ResponseExpires: ['response-expires', 'date'],
  StartAfter: text('start-after'),
  UploadId: text('uploadId'),
  UploadIdMarker: text('upload-id-marker'),
  VersionId: text('versionId'),
  VersionIdMarker: text('version-id-marker'),
};

/** The members that a request's headers and query give. @throws AwsError `InvalidArgument`. */
export function readMembers(request: HttpRequest): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [member, [name, kind]] of Object.entries(PARAMETERS)) {
    const value = request.query.get(name);
    if (value !== null) found[member] = parse(name, kind, value);
  }
  for (const [member, [name, kind]] of Object.entries(HEADERS)) {
    const value = request.headers[name];
    if (value !== undefined) found[member] = parse(name, kind, value);
  }
  const metadata = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]);
  if (metadata.length > 0) found.Metadata = Object.fromEntries(metadata);
  // The newer SDKs' own name for the choice of a checksum.
  const chosen = request.headers['x-amz-sdk-checksum-algorithm'];
  if (chosen !== undefined && found.ChecksumAlgorithm === undefined) found.ChecksumAlgorithm = chosen.toUpperCase();
  return found;
}

function parse(name: string, kind: Kind, value: string): unknown {
  if (kind === 'number') {
    // An empty number is one that wasn't given.
    if (value === '') return undefined;
    if (!/^-?\d{1,15}$/.test(value))
      throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
    return Number(value);
  }
  if (kind === 'list') return value.split(',').map((item) => item.trim());
  if (kind === 'boolean') return value.toLowerCase() === 'true';
  if (kind === 'date') {
    const date = new Date(value);
    // HTTP has it that a date that can't be read is as if it weren't there.
    return Number.isNaN(date.getTime()) ? undefined : date;
  }
  return value;
}

/** Output members that are headers of the response. */
const OUTPUT: Readonly<Record<string, string>> = {
  AbortDate: 'x-amz-abort-date',
  AcceptRanges: 'accept-ranges',
  AccessPointAlias: 'x-amz-access-point-alias',
  BucketArn: 'x-amz-bucket-arn',
  BucketKeyEnabled: HEADERS.BucketKeyEnabled?.[0] as string,
  BucketRegion: 'x-amz-bucket-region',
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  CopySourceVersionId: 'x-amz-copy-source-version-id',
  DeleteMarker: 'x-amz-delete-marker',
  ETag: 'etag',
  ExpiresString: 'expires',
  LastModified: 'last-modified',
  Location: 'location',
  PartsCount: 'x-amz-mp-parts-count',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  StorageClass: 'x-amz-storage-class',
  TagCount: 'x-amz-tagging-count',
  TransitionDefaultMinimumObjectSize: 'x-amz-transition-default-minimum-object-size',
  VersionId: 'x-amz-version-id',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
  ChecksumAlgorithm: 'x-amz-checksum-algorithm',
  ChecksumType: 'x-amz-checksum-type',
  ChecksumCRC32: 'x-amz-checksum-crc32',
  ChecksumCRC32C: 'x-amz-checksum-crc32c',
  ChecksumCRC64NVME: 'x-amz-checksum-crc64nvme',
  ChecksumSHA1: 'x-amz-checksum-sha1',
  ChecksumSHA256: 'x-amz-checksum-sha256',
};

/** Members that are headers even where the rest of the output is the body. */
const ALWAYS_HEADERS = new Set([
  'BucketKeyEnabled',
  'CopySourceVersionId',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'TransitionDefaultMinimumObjectSize',
  'VersionId',
]);

/**
 * Parts an output into headers and the rest.
 * @param hasBody whether the output is a document: then most members are in there.
 */
export function writeMembers(
  output: Readonly<Record<string, unknown>>,
  hasBody: boolean,
): { headers: Record<string, string>; rest: Record<string, unknown> } {
  const headers: Record<string, string> = {};
  const rest: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(output)) {
    if (value === undefined) continue;
    const header = OUTPUT[member];
    if (header === undefined || (hasBody && !ALWAYS_HEADERS.has(member))) rest[member] = value;
    else headers[header] = isDate(value) ? value.toUTCString() : headerText(String(value));
  }
  for (const [name, value] of Object.entries((output.Metadata as Record<string, string> | undefined) ?? {}))
    headers[`x-amz-meta-${name}`] = headerText(value);
  return { headers, rest };
}

// What came in a header goes out as the bytes that it was, each a character here; what came in process may hold anything.
function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these can't be in a header.
  const clean = value.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return /[\u0100-\uffff]/.test(clean) ? Buffer.from(clean).toString('latin1') : clean;
}
