import type { AnyOperation } from '../../../core/service';
import { allDocumentOperations } from './bucket-documents';
import * as buckets from './buckets';
import { copyObject, uploadPartCopy } from './copy';
import { deleteObject, deleteObjects } from './delete-object';
import { getObject, headObject } from './get-object';
import * as lists from './list-objects';
import * as multipart from './multipart';
import * as multipartLists from './multipart-lists';
import * as tagging from './object-tagging';
import { putObject } from './put-object';

/** All that S3 does here; AWS's model says of each how it travels. */
export const operations: readonly AnyOperation[] = [
  buckets.listBuckets,
  buckets.createBucket,
  buckets.headBucket,
  buckets.deleteBucket,
  buckets.getBucketLocation,
  buckets.getBucketPolicyStatus,
  ...allDocumentOperations,
  putObject,
  getObject,
  headObject,
  deleteObject,
  deleteObjects,
  copyObject,
  lists.listObjects,
  lists.listObjectsV2,
  lists.listObjectVersions,
  tagging.getObjectTagging,
  tagging.putObjectTagging,
  tagging.deleteObjectTagging,
  tagging.getObjectAcl,
  tagging.getObjectAttributes,
  multipart.createMultipartUpload,
  multipart.uploadPart,
  uploadPartCopy,
  multipart.completeMultipartUpload,
  multipart.abortMultipartUpload,
  multipartLists.listParts,
  multipartLists.listMultipartUploads,
];
