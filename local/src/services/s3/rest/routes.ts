import { groupBy } from '../../../core/group-by';
import type { HttpRequest } from '../../../core/http';
import type { OperationModel } from '../../../core/model';
import { contract } from '../contract';
import { conflictingParameters, notImplemented } from '../errors';
import type { Address } from './address';

/** An operation with the parts of a request that identify it, from S3's model. */
interface Candidate {
  readonly operation: OperationModel;
  readonly scope: Scope;
  /** Sub-resources in the query: `?uploads`. */
  readonly flags: readonly string[];
  /** Sub-resources and required parameters: `uploadId`, `partNumber`. */
  readonly parameters: readonly string[];
  /** Headers that distinguish operations of one path: `x-amz-copy-source`. */
  readonly headers: readonly string[];
}

type Scope = 'service' | 'bucket' | 'object';

let all: ReadonlyMap<string, readonly Candidate[]> | undefined;

/** Candidates of all operations by method and scope, those with the most conditions first. */
function candidates(): ReadonlyMap<string, readonly Candidate[]> {
  all ??= groupBy(
    contract.model
      .operationNames()
      .map((name) => candidateOf(contract.modelOf(name)))
      .sort((a, b) => conditions(b) - conditions(a)),
    ({ operation, scope }) => `${operation.http?.method} ${scope}`,
  );
  return all;
}

const conditions = ({ parameters, headers }: Candidate) => parameters.length + headers.length;

// The bucket is part of the host or of the path; the model's paths omit it.
function scopeOf({ input }: OperationModel): Scope {
  if (input.members.get('Key')?.traits.label !== undefined) return 'object';
  return input.members.get('Bucket')?.traits.label === undefined ? 'service' : 'bucket';
}

function candidateOf(operation: OperationModel): Candidate {
  const query = operation.http?.uri.split('?')[1] ?? '';
  // `x-id` names the operation; only some SDKs send it.
  const flags = [...new URLSearchParams(query).keys()].filter((name) => name !== 'x-id');
  const required = [...operation.input.members.values()].filter((member) => member.required);
  return {
    operation,
    scope: scopeOf(operation),
    flags,
    parameters: [...flags, ...required.flatMap(({ traits }) => traits.query ?? [])],
    headers: flags.length > 0 ? [] : required.flatMap(({ traits }) => traits.header ?? []),
  };
}

/**
 * The operation of a request.
 * @throws AwsError `NotImplemented` for a sub-resource without an operation: a PUT with `?torrent` must not create a
 * bucket; `InvalidArgument` for sub-resources of several operations
 */
export function operationFor({ method, query, headers }: HttpRequest, { bucket, key }: Address): OperationModel {
  const scope = key !== undefined ? 'object' : bucket !== undefined ? 'bucket' : 'service';
  const found = candidates()
    .get(`${method} ${scope}`)
    ?.find(
      (one) =>
        one.parameters.every((name) => query.has(name)) && one.headers.every((name) => headers[name] !== undefined),
    );
  const named = subResourcesIn(query);
  const unknown = named.find((name) => found?.flags.includes(name) !== true);
  if (unknown !== undefined && named.length > 1) throw conflictingParameters(named);
  if (found !== undefined && unknown === undefined) return found.operation;
  throw notImplemented(`s3: ${method} of a ${scope}${unknown === undefined ? '' : `?${unknown}`}`);
}

let subResources: ReadonlySet<string> | undefined;

function subResourcesIn(query: URLSearchParams): string[] {
  if (query.size === 0) return [];
  subResources ??= new Set(
    [...candidates().values()].flat().flatMap(({ flags }) => flags.filter((name) => name !== 'list-type')),
  );
  return [...new Set(query.keys())].filter((name) => subResources?.has(name)).sort();
}
