import { AwsError } from '../../core/errors';
import { ALGORITHMS } from './body/checksum';

/** S3's errors (Amazon S3 API Reference, "Error responses"); the members beside Code and Message are part of the XML. */
const error = (status: number, code: string, message: string, fields: Record<string, unknown> = {}) =>
  new AwsError(code, message, { status, fields });

export const noSuchBucket = (bucket: string) =>
  error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
export const noSuchKey = (key: string) => error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
export const noSuchVersion = (key: string, versionId: string) =>
  error(404, 'NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId });
export const noSuchUpload = (uploadId: string) =>
  error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );
export const notFound = (code: string, message: string, bucket: string) =>
  error(404, code, message, { BucketName: bucket });
export const bucketAlreadyExists = (bucket: string) =>
  error(
    409,
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { BucketName: bucket },
  );
export const bucketAlreadyOwnedByYou = (bucket: string) =>
  error(
    409,
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName: bucket },
  );
export const bucketNotEmpty = (bucket: string) =>
  error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
export const bucketNotEmptyOfVersions = (bucket: string) =>
  error(
    409,
    'BucketNotEmpty',
    'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    { BucketName: bucket },
  );
export const invalidBucketName = (bucket: string) =>
  error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucket });
export const tooManyBuckets = () =>
  error(400, 'TooManyBuckets', 'You have attempted to create more buckets than allowed');
export const illegalLocation = (location: string) =>
  error(
    400,
    'IllegalLocationConstraintException',
    `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
export const keyTooLong = (size: number, max: number) =>
  error(400, 'KeyTooLongError', 'Your key is too long', { Size: size, MaxSizeAllowed: max });
export const invalidRange = (range: string, size: number) =>
  error(416, 'InvalidRange', 'The requested range is not satisfiable', {
    RangeRequested: range,
    ActualObjectSize: size,
  });
export const preconditionFailed = (condition: string) =>
  error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
/** The error 304, which has no body on the wire: a client keeps its copy. */
export const notModified = (etag: string) => error(304, 'NotModified', 'Not Modified', { ETag: etag });
export const entityTooSmall = (partNumber: number, size: number, etag: string) =>
  error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: size,
    MinSizeAllowed: 5_242_880,
    PartNumber: partNumber,
    ETag: etag.replaceAll('"', ''),
  });
export const entityTooLarge = (size: number, max: number) =>
  error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: size,
    MaxSizeAllowed: max,
  });
export const invalidPart = (uploadId: string, partNumber: number, etag: string) =>
  error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: partNumber, ETag: etag.replaceAll('"', '') },
  );
export const invalidPartOrder = (uploadId: string) =>
  error(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    {
      UploadId: uploadId,
    },
  );
export const badPartChecksum = (algorithm: string, partNumber: number) =>
  error(
    400,
    'BadDigest',
    `The ${algorithm.toLowerCase()} you specified for part ${partNumber} did not match what we received.`,
  );
/** The error for a wrong MD5. Both are base64. */
export const badMd5 = (expected: string, calculated: string) =>
  error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected,
    CalculatedDigest: calculated,
  });
export const badChecksum = (algorithm: string) =>
  error(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
export const invalidDigest = (given: string) =>
  error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': given });
export const sha256Mismatch = (sent: string, computed: string) =>
  error(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    {
      ClientComputedContentSHA256: sent,
      S3ComputedContentSHA256: computed,
    },
  );
export const incompleteBody = () => error(400, 'IncompleteBody', 'The request body terminated unexpectedly');
/** The error for trailing headers that are malformed, missing, or others than the request declares. */
export const malformedTrailer = () =>
  error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
export const missingContentLength = () =>
  error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
export const invalidArgument = (message: string, name?: string, value?: string) =>
  error(400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value });
export const invalidRequest = (message: string) => error(400, 'InvalidRequest', message);
export const unsupportedChecksum = () =>
  invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
  );
export const invalidUri = (uri: string) => error(400, 'InvalidURI', "Couldn't parse the specified URI.", { URI: uri });
export const malformedXml = () =>
  error(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
export const malformedPolicy = (message: string, Detail?: string) => error(400, 'MalformedPolicy', message, { Detail });
export const invalidTag = (message: string, TagKey?: string, TagValue?: string) =>
  error(400, 'InvalidTag', message, { TagKey, TagValue });
export const methodNotAllowed = (method: string) =>
  error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
    ResourceType: 'DeleteMarker',
  });
export const publicPolicyBlocked = (user: string, bucket: string) =>
  accessDenied(
    `User: ${user} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  );
export const publicAclBlocked = (user: string, bucket: string) =>
  accessDenied(
    `User: ${user} is not authorized to perform: s3:PutBucketAcl on resource: "arn:aws:s3:::${bucket}" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
  );
export const aclWithOwnership = (ownership: string) =>
  error(
    400,
    'InvalidBucketAclWithObjectOwnership',
    `Bucket cannot have ACLs set with ObjectOwnership's ${ownership} setting`,
  );
export const aclWithBlock = () =>
  error(
    400,
    'InvalidBucketAclWithBlockPublicAccessError',
    'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
  );
export const corsForbidden = (message: string, method: string, resourceType: string) =>
  error(403, 'AccessForbidden', `CORSResponse: ${message}`, { Method: method, ResourceType: resourceType });
export const badRequest = (message: string) => error(400, 'BadRequest', message);
export const aclsOff = () => error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
export const accessDenied = (message = 'Access Denied') => error(403, 'AccessDenied', message);
export const expiredToken = () => error(400, 'ExpiredToken', 'The provided token has expired.');
export const invalidToken = () => error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
export const requestTimeout = () =>
  error(
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
  );
export const requestTooBig = () => error(400, 'MaxMessageLengthExceeded', 'Your request was too big.');
export const metadataTooLarge = (size: number, max: number) =>
  error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
    Size: size,
    MaxSizeAllowed: max,
  });
/** @param seconds `X-Amz-Expires`; signature version 2 has none */
export const requestExpired = (expires: Date, now: Date, seconds?: number) =>
  error(403, 'AccessDenied', 'Request has expired', {
    'X-Amz-Expires': seconds,
    Expires: expires.toISOString(),
    ServerTime: now.toISOString(),
  });
export const headersNotSigned = (names: readonly string[]) =>
  error(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.join(', '),
  });
/** The error before the signing of a URL. @param signed milliseconds since 1970, as S3 writes them */
export const requestNotYetValid = (signed: number, expires: Date, now: Date) =>
  error(403, 'AccessDenied', 'Request is not yet valid', {
    'X-Amz-Date': signed,
    Expires: expires.toISOString(),
    ServerTime: now.toISOString(),
  });
/** The error for a signed URL with a header `Authorization`, which an HTTP client may carry over a redirect. */
export const twoAuthentications = (authorization: string | undefined) =>
  invalidArgument(
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    'Authorization',
    authorization,
  );
/** The error for a digest of the payload that would be compared with nothing. */
export const invalidPayloadDigest = (given: string, taken: readonly string[]) =>
  invalidArgument(
    `x-amz-content-sha256 must be ${taken.join(', ')} or a valid sha256 value.`,
    'x-amz-content-sha256',
    given,
  );
export const conflictingParameters = (names: readonly string[]) =>
  invalidArgument(`Conflicting query string parameters: ${names.join(', ')}`, 'ResourceType', names[0]);
export const badQueryParameters = (message: string) => error(400, 'AuthorizationQueryParametersError', message);
/** The error for an unsupported feature, named so that the gap isn't mistaken for S3's own answer. */
export const notImplemented = (what: string) =>
  error(
    501,
    'NotImplemented',
    `${what} is not implemented by this local endpoint; docs/local.md lists the operations that are.`,
  );
/** S3's own error for a header with an unsupported value. */
export const headerNotImplemented = (header: string, additionalMessage: string) =>
  error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', {
    Header: header,
    additionalMessage,
  });
/** The error for a key that changed during the upload that is being completed. */
export const conditionalConflict = (condition: string, key: string) =>
  error(
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition, Key: key },
  );
export const invalidVersionId = (versionId: string) =>
  invalidArgument('Invalid version id specified', 'versionId', versionId);
export const illegalVersioning = () =>
  error(400, 'IllegalVersioningConfigurationException', 'The Versioning element must be specified');
export const invalidOwnerId = (given: string) =>
  error(
    400,
    'InvalidBucketOwnerAWSAccountID',
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${given}]`,
  );
export const invalidLocation = (given: string) =>
  error(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid', {
    LocationConstraint: given,
  });
export const invalidRedirect = () =>
  error(
    400,
    'InvalidRedirectLocation',
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  );
export const invalidStorageClass = (given: string) =>
  error(400, 'InvalidStorageClass', 'The storage class you specified is not valid', { StorageClassRequested: given });

export const invalidLoggingTarget = (bucket: string) =>
  error(400, 'InvalidTargetBucketForLogging', 'The target bucket for logging does not exist', { TargetBucket: bucket });
/** S3's error; the trailing blank and the code's spelling are S3's. us-east-1 has no name in it. */
export const crossLocationLogging = (source: string, target: string) =>
  error(403, 'CrossLocationLoggingProhibitted', 'Cross S3 location logging not allowed. ', {
    SourceBucketLocation: source === 'us-east-1' ? undefined : source,
    TargetBucketLocation: target === 'us-east-1' ? undefined : target,
  });
export const invalidTransitionMinimum = (given: string) =>
  invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${given}`);
