import type { CreateMultipartUploadOutput, GetObjectAttributesOutput } from '@aws-sdk/client-s3';
import type { HttpResponse } from '../../../core/http';
import type { AnyOperation } from '../../../core/service';
import { ALGORITHMS } from '../body/checksum';
import { tagsIn } from '../document-checks';
import { malformedXml } from '../errors';
import { type DocumentOutput, documentOperations } from '../operations/bucket-documents';
import * as buckets from '../operations/buckets';
import { copyObject, uploadPartCopy } from '../operations/copy';
import { deleteObject, deleteObjects } from '../operations/delete-object';
import { getObject, headObject } from '../operations/get-object';
import * as lists from '../operations/list-objects';
import * as multipart from '../operations/multipart';
import * as multipartLists from '../operations/multipart-lists';
import * as tagging from '../operations/object-tagging';
import { putObject } from '../operations/put-object';
import { writeMembers } from './members';
import { asList, membersToXml, text, type XmlNode, xmlDocument } from './xml';

/** How one operation travels: what of a request means it, what its body is, and how its output is written. */
export interface Route {
  readonly operation: AnyOperation;
  readonly method: string;
  readonly scope: 'service' | 'bucket' | 'object';
  /** The query parameter that picks it: `?uploads`. */
  readonly flag?: string;
  /** A further parameter that must be there. */
  readonly parameter?: string;
  /** A header that must be there. */
  readonly header?: string;
  /** What the request's body is. @default nothing that is read */
  readonly body?: 'stream' | 'text' | ((document: XmlNode) => Record<string, unknown>);
  /** Root element of the response's document. @default none: all output is in headers */
  readonly root?: string;
  /** Instead of `root`, for outputs of other forms. */
  readonly write?: (output: never) => Partial<HttpResponse>;
  /** @default 200 */
  readonly status?: number;
}

/** The first that fits is meant, so the more special ones come first. */
export const ROUTES: readonly Route[] = [
  { operation: buckets.listBuckets, method: 'GET', scope: 'service', root: 'ListAllMyBucketsResult' },
  ...documentOperations.flatMap(documentRoutes),
  {
    operation: buckets.getBucketLocation,
    method: 'GET',
    scope: 'bucket',
    flag: 'location',
    write: ({ LocationConstraint }: { LocationConstraint?: string }) =>
      xml(xmlDocument('LocationConstraint', LocationConstraint ?? '')),
  },
  {
    operation: buckets.getBucketPolicyStatus,
    method: 'GET',
    scope: 'bucket',
    flag: 'policyStatus',
    write: ({ PolicyStatus }: { PolicyStatus: object }) => xml(xmlDocument('PolicyStatus', membersToXml(PolicyStatus))),
  },
  { operation: lists.listObjectVersions, method: 'GET', scope: 'bucket', flag: 'versions', root: 'ListVersionsResult' },
  {
    operation: multipartLists.listMultipartUploads,
    method: 'GET',
    scope: 'bucket',
    flag: 'uploads',
    root: 'ListMultipartUploadsResult',
  },
  { operation: lists.listObjectsV2, method: 'GET', scope: 'bucket', flag: 'list-type', root: 'ListBucketResult' },
  { operation: lists.listObjects, method: 'GET', scope: 'bucket', root: 'ListBucketResult' },
  { operation: deleteObjects, method: 'POST', scope: 'bucket', flag: 'delete', body: readDelete, root: 'DeleteResult' },
  { operation: buckets.headBucket, method: 'HEAD', scope: 'bucket' },
  { operation: buckets.createBucket, method: 'PUT', scope: 'bucket', body: readCreateBucket },
  { operation: buckets.deleteBucket, method: 'DELETE', scope: 'bucket', status: 204 },

  { operation: tagging.getObjectTagging, method: 'GET', scope: 'object', flag: 'tagging', root: 'Tagging' },
  { operation: tagging.putObjectTagging, method: 'PUT', scope: 'object', flag: 'tagging', body: readTagging },
  { operation: tagging.deleteObjectTagging, method: 'DELETE', scope: 'object', flag: 'tagging', status: 204 },
  { operation: tagging.getObjectAcl, method: 'GET', scope: 'object', flag: 'acl', write: writeAcl },
  {
    operation: tagging.getObjectAttributes,
    method: 'GET',
    scope: 'object',
    flag: 'attributes',
    write: writeAttributes,
  },
  { operation: multipartLists.listParts, method: 'GET', scope: 'object', flag: 'uploadId', root: 'ListPartsResult' },
  {
    operation: multipart.createMultipartUpload,
    method: 'POST',
    scope: 'object',
    flag: 'uploads',
    write: writeInitiated,
  },
  {
    operation: multipart.completeMultipartUpload,
    method: 'POST',
    scope: 'object',
    flag: 'uploadId',
    body: readComplete,
    root: 'CompleteMultipartUploadResult',
  },
  { operation: multipart.abortMultipartUpload, method: 'DELETE', scope: 'object', flag: 'uploadId', status: 204 },
  {
    operation: uploadPartCopy,
    method: 'PUT',
    scope: 'object',
    flag: 'uploadId',
    parameter: 'partNumber',
    header: 'x-amz-copy-source',
    write: ({ CopyPartResult }: { CopyPartResult: object }) =>
      xml(xmlDocument('CopyPartResult', membersToXml(CopyPartResult))),
  },
  {
    operation: multipart.uploadPart,
    method: 'PUT',
    scope: 'object',
    flag: 'uploadId',
    parameter: 'partNumber',
    body: 'stream',
  },
  {
    operation: copyObject,
    method: 'PUT',
    scope: 'object',
    header: 'x-amz-copy-source',
    write: ({ CopyObjectResult }: { CopyObjectResult: object }) =>
      xml(xmlDocument('CopyObjectResult', membersToXml(CopyObjectResult))),
  },
  { operation: putObject, method: 'PUT', scope: 'object', body: 'stream' },
  { operation: getObject, method: 'GET', scope: 'object' },
  { operation: headObject, method: 'HEAD', scope: 'object' },
  { operation: deleteObject, method: 'DELETE', scope: 'object', status: 204 },
];

/**
 * Sub-resources of S3 by their parameter: one that no route here knows is answered as not implemented, and never as the
 * operation without it (a PUT with `?replication` must not make a bucket).
 */
export const SUB_RESOURCES: ReadonlySet<string> = new Set([
  ...ROUTES.flatMap(({ flag }) => (flag === undefined || flag === 'list-type' ? [] : [flag])),
  ...[
    'analytics',
    'intelligent-tiering',
    'inventory',
    'metrics',
    'metadataConfiguration',
    'metadataTable',
    'ownershipControls',
    'session',
    'legal-hold',
    'retention',
    'torrent',
    'restore',
    'select',
    'renameObject',
    'abac',
  ],
]);

function documentRoutes({ document, get, put, delete: remove }: (typeof documentOperations)[number]): Route[] {
  const common = { scope: 'bucket', flag: document.name } as const;
  const write = ({ Root, Content = '' }: DocumentOutput) =>
    Root === undefined
      ? { headers: { 'content-type': 'application/json' }, body: Content }
      : xml(xmlDocument(Root, Content));
  const routes: Route[] = [{ ...common, operation: get, method: 'GET', write }];
  if (put !== undefined)
    routes.push({
      ...common,
      operation: put,
      method: 'PUT',
      body: 'text',
      status: document.root === undefined ? 204 : 200,
    });
  if (remove !== undefined) routes.push({ ...common, operation: remove, method: 'DELETE', status: 204 });
  return routes;
}

function xml(body: string): Partial<HttpResponse> {
  return { headers: { 'content-type': 'application/xml' }, body };
}

function readCreateBucket({ CreateBucketConfiguration }: XmlNode): Record<string, unknown> {
  const configuration = CreateBucketConfiguration as XmlNode | undefined;
  const tags = configuration?.Tags;
  return {
    CreateBucketConfiguration: {
      LocationConstraint: text(configuration?.LocationConstraint),
      Tags: tags === undefined ? undefined : tagsIn(tags, 50),
    },
  };
}

function readDelete({ Delete }: XmlNode): Record<string, unknown> {
  const node = Delete as XmlNode | undefined;
  const Objects = asList(node?.Object).map((object) => {
    // Unlike other texts, a key keeps its white space.
    if (typeof object.Key !== 'string' || object.Key === '') throw malformedXml();
    return { Key: object.Key, VersionId: text(object.VersionId), ETag: text(object.ETag) };
  });
  return { Delete: { Objects, Quiet: text(node?.Quiet) === 'true' } };
}

function readComplete({ CompleteMultipartUpload }: XmlNode): Record<string, unknown> {
  const Parts = asList((CompleteMultipartUpload as XmlNode | undefined)?.Part).map((part) => ({
    PartNumber: Number(text(part.PartNumber)),
    ETag: text(part.ETag),
    ...Object.fromEntries(ALGORITHMS.map((algorithm) => [`Checksum${algorithm}`, text(part[`Checksum${algorithm}`])])),
  }));
  if (Parts.some(({ PartNumber }) => !Number.isInteger(PartNumber))) throw malformedXml();
  return { MultipartUpload: { Parts } };
}

function readTagging({ Tagging }: XmlNode): Record<string, unknown> {
  if (Tagging === undefined) throw malformedXml();
  return { Tagging: { TagSet: tagsIn((Tagging as XmlNode).TagSet, 10) } };
}

function writeInitiated(output: CreateMultipartUploadOutput) {
  const { Bucket, Key, UploadId, ChecksumAlgorithm, ChecksumType } = output;
  const chosen = ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm, ChecksumType };
  return {
    headers: { 'content-type': 'application/xml', ...writeMembers(chosen, false).headers },
    body: xmlDocument('InitiateMultipartUploadResult', membersToXml({ Bucket, Key, UploadId })),
  };
}

function writeAcl({
  Owner,
  Grants,
}: {
  Owner: object;
  Grants: readonly { Grantee: { ID: string }; Permission: string }[];
}) {
  const grants = Grants.map(
    ({ Grantee, Permission }) =>
      `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${membersToXml({ ID: Grantee.ID })}</Grantee><Permission>${Permission}</Permission></Grant>`,
  ).join('');
  return xml(
    xmlDocument(
      'AccessControlPolicy',
      `<Owner>${membersToXml(Owner)}</Owner><AccessControlList>${grants}</AccessControlList>`,
    ),
  );
}

function writeAttributes(output: GetObjectAttributesOutput) {
  const { LastModified, VersionId: _header, ObjectParts, ...attributes } = output;
  // The one member whose element has another name.
  const parts = ObjectParts === undefined ? undefined : { PartsCount: ObjectParts.TotalPartsCount };
  return {
    headers: { 'content-type': 'application/xml', 'last-modified': LastModified?.toUTCString() ?? '' },
    body: xmlDocument('GetObjectAttributesResponse', membersToXml({ ...attributes, ObjectParts: parts })),
  };
}
