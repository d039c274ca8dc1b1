import type { Service } from '../../core/service';
import { contract } from './contract';
import { allDocumentOperations } from './operations/bucket-documents';
import * as buckets from './operations/buckets';
import { copyObject, uploadPartCopy } from './operations/copy';
import { deleteObject, deleteObjects } from './operations/delete-object';
import { getObject, headObject } from './operations/get-object';
import * as lists from './operations/list-objects';
import * as multipart from './operations/multipart';
import * as multipartLists from './operations/multipart-lists';
import * as tagging from './operations/object-tagging';
import { putObject } from './operations/put-object';
import { rest } from './rest';
import { S3State } from './state';

export const s3: Service = {
  name: 's3',
  signingName: 's3',
  contract,
  operations: [
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
  ],
  rest,
  start: async (cloud) => {
    const state = cloud.state(S3State);
    await state.recover();
  },
  resourcePolicy: (cloud, { resource }) => {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    const document = bucket === undefined ? undefined : cloud.state(S3State).buckets.get(bucket)?.documents.policy;
    return document === undefined ? undefined : { documents: [document] };
  },
};
