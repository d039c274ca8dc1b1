import { AwsError } from '../../../core/errors';
import type { AnyOperation } from '../../../core/service';
import { payloadOf } from '../../../http/protocols/rest';
import { bucketArn } from '../arn';
import { BUCKET_DOCUMENTS, type BucketDocument, contentOf } from '../configurations';
import { contract, operationOf } from '../contract';
import { invalidTransitionMinimum } from '../errors';
import type { Bucket } from '../state';
import { stateOf } from './common';

export interface DocumentInput {
  Bucket: string;
}
export interface PutDocumentInput extends DocumentInput {
  /** XML, or the policy's JSON. */
  Document: string;
  /** A canned ACL instead of a document. */
  ACL?: string;
  TransitionDefaultMinimumObjectSize?: string;
  SkipDestinationValidation?: boolean;
}
/** The document's root element with its content; the policy has no root. */
export interface DocumentOutput {
  Root?: string;
  Content?: string;
  TransitionDefaultMinimumObjectSize?: string;
}

/** S3's default: smaller objects aren't moved to other storage classes. */
const DEFAULT_TRANSITION_MINIMUM = 'all_storage_classes_128K';
const TRANSITION_MINIMUMS: readonly string[] = [DEFAULT_TRANSITION_MINIMUM, 'varies_by_storage_class'];

export interface DocumentOperations {
  readonly document: BucketDocument;
  readonly get: ReturnType<typeof getOf>;
  readonly put?: ReturnType<typeof putOf>;
  readonly delete?: ReturnType<typeof deleteOf>;
}

/** Get, Put and Delete of each configuration of a bucket. */
export const documentOperations: readonly DocumentOperations[] = BUCKET_DOCUMENTS.map((document) => ({
  document,
  get: getOf(document),
  put: document.put === undefined ? undefined : putOf(document, document.put),
  delete: document.delete === undefined ? undefined : deleteOf(document, document.delete),
}));

export const allDocumentOperations: readonly AnyOperation[] = documentOperations.flatMap((one) =>
  [one.get, one.put, one.delete].filter((each): each is NonNullable<typeof each> => each !== undefined),
);

/** Operations that put a configuration: their document is stored as sent. */
export const documentPuts: ReadonlySet<string> = new Set(BUCKET_DOCUMENTS.flatMap(({ put }) => put ?? []));

/** The root element of a configuration in S3's model; none for the policy, which is JSON. */
function rootIn({ put }: BucketDocument): string | undefined {
  const payload = put === undefined ? undefined : payloadOf(contract.modelOf(put).input);
  return payload?.shape.type === 'structure' ? (payload.traits.xml ?? payload.target) : undefined;
}

function needs(action: string) {
  return (input: DocumentInput) => [{ action: `s3:${action}`, resource: bucketArn(input.Bucket) }];
}

function getOf(document: BucketDocument) {
  return operationOf<DocumentInput, DocumentOutput>(document.get, {
    permissions: needs(document.actions.get),
    handle: (input, { cloud, caller }) => {
      const { bucket } = stateOf(cloud, input.Bucket, caller);
      const content = bucket.documents[document.name] ?? document.absent(bucket);
      if (content instanceof AwsError) throw content;
      return { Root: rootIn(document), Content: content, ...transitionMinimum(document, bucket) };
    },
  });
}

function putOf(document: BucketDocument, name: NonNullable<BucketDocument['put']>) {
  return operationOf<PutDocumentInput, DocumentOutput>(name, {
    permissions: needs(document.actions.put),
    handle: async (input, context) => {
      const { cloud, caller } = context;
      const { state, bucket: before } = stateOf(cloud, input.Bucket, caller);
      const minimum = input.TransitionDefaultMinimumObjectSize;
      if (minimum !== undefined && !TRANSITION_MINIMUMS.includes(minimum)) throw invalidTransitionMinimum(minimum);
      const parsed = parse(document, input, caller.accountId);
      const content = document.render?.(parsed.document) ?? parsed.content;
      if (input.SkipDestinationValidation !== true) await document.prepare?.(parsed.document, before, context, content);
      let updated: Bucket | undefined;
      await state.commit([], () => {
        const bucket = state.bucket(input.Bucket, caller);
        const changes = document.accept?.(parsed.document, bucket, content, caller) ?? {};
        const { [document.name]: _before, ...others } = bucket.documents;
        const isNone = document.isNone?.(parsed.document, bucket) === true;
        updated = { ...bucket, ...changes, documents: isNone ? others : { ...others, [document.name]: content } };
        if (document.name === 'lifecycle') updated = { ...updated, transitionMinimum: minimum };
        if (document.name === 'policy') state.withPolicy.add(bucket.name);
        state.buckets.put(bucket.name, updated);
      });
      return updated === undefined ? {} : transitionMinimum(document, updated);
    },
  });
}

function parse(document: BucketDocument, input: PutDocumentInput, accountId: string) {
  const root = rootIn(document);
  if (root === undefined) return { document: {}, content: input.Document };
  if (input.Document === '' && input.ACL !== undefined && document.canned !== undefined)
    return { document: {}, content: document.canned(input.ACL, accountId) };
  return contentOf(input.Document, root);
}

function deleteOf(document: BucketDocument, name: NonNullable<BucketDocument['delete']>) {
  return operationOf<DocumentInput, DocumentOutput>(name, {
    // Deleting a configuration needs the permission to put it, except for the policy.
    permissions: needs(document.name === 'policy' ? 'DeleteBucketPolicy' : document.actions.put),
    handle: async (input, { cloud, caller }) => {
      const { state } = stateOf(cloud, input.Bucket, caller);
      await state.commit([], () => {
        const bucket = state.bucket(input.Bucket, caller);
        const { [document.name]: _gone, ...documents } = bucket.documents;
        state.buckets.put(bucket.name, { ...bucket, ...document.onDelete, documents });
      });
      return {};
    },
  });
}

function transitionMinimum(document: BucketDocument, bucket: Bucket): DocumentOutput {
  if (document.name !== 'lifecycle') return {};
  return { TransitionDefaultMinimumObjectSize: bucket.transitionMinimum ?? DEFAULT_TRANSITION_MINIMUM };
}
