import type { Caller, Context } from '../../core/operation';
import { arnOf, type Owner, parseArn } from '../../core/owner';
import { invalidArgument, streamNotFound } from './errors';

/** An input's members that name its stream. */
export interface StreamReference {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

/** Account, region and name of an input's stream. */
export function resolve(
  { StreamName, StreamARN }: StreamReference,
  caller: Caller,
): { accountId: string; region: string; name: string } {
  if (StreamARN === undefined) {
    if (StreamName === undefined) throw invalidArgument('Either StreamName or StreamARN must be provided.');
    return { accountId: caller.accountId, region: caller.region, name: StreamName };
  }
  const { accountId, region, resource } = parseArn(StreamARN) ?? { ...caller, resource: '' };
  const name = resource.slice('stream/'.length);
  if (StreamName !== undefined && StreamName !== name) {
    throw invalidArgument(`StreamName ${StreamName} does not match the stream in StreamARN ${StreamARN}.`);
  }
  // A request is for its own region. The permission on another account's stream has been checked before.
  if (region !== caller.region) throw streamNotFound(name, accountId);
  return { accountId, region, name };
}

export function streamArnOf({ name, ...owner }: Owner & { readonly name: string }): string {
  return arnOf('kinesis', owner, `stream/${name}`);
}

/** ARN of an input's stream (Service Authorization Reference, Amazon Kinesis Data Streams). */
export const namedStream = (input: StreamReference, { caller }: Pick<Context, 'caller'>): string =>
  streamArnOf(resolve(input, caller));

/** ARN of all streams of the account and region, for operations on none in particular. */
export const allStreams = (_input: unknown, { caller }: Pick<Context, 'caller'>): string =>
  streamArnOf({ ...caller, name: '*' });

/** Resources of operations, by the input member that names them. */
export const resources = {
  ResourceARN: ({ ResourceARN }: { readonly ResourceARN: string }) => ResourceARN,
  StreamName: namedStream,
  StreamARN: namedStream,
};
