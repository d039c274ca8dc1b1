import type { ListShardsInput, ShardFilter } from '@aws-sdk/client-kinesis';
import * as core from '../../../core/paging';
import { namedStream, resolve, type StreamReference } from '../arn';
import { MAX_SHARDS_A_PAGE } from '../constraints';
import { operation } from '../contract';
import { describeShard } from '../describe';
import { expiredNextToken, invalidArgument, invalidToken } from '../errors';
import { type ShardInfo, type StreamInfo, trimHorizon, visibleShards } from '../stream-info';

const TOKEN_LIFETIME_MS = 300_000;

/** Content of a NextToken. */
interface Page {
  readonly streamName: string;
  readonly after: string;
  readonly filter?: ShardFilter;
  readonly issuedAt: number;
}

export const listShards = operation('ListShards', {
  resource: (input, context) => namedStream(streamOf(input), context),
  handle: (input, { state, cloud, caller }) => {
    const now = cloud.clock.now();
    if (input.NextToken === undefined && input.StreamName === undefined && input.StreamARN === undefined)
      throw invalidArgument('Either NextToken or StreamName should be provided.');
    const page = input.NextToken === undefined ? firstPage(input, now) : readToken(input, now);
    const reference = input.NextToken === undefined ? input : { StreamName: page.streamName };
    const { info } = state.find(reference, caller);
    const shards = visibleShards(info, now)
      .filter((shard) => matches(shard, page.filter, info, now))
      .filter(({ id }) => id > page.after);
    const shown = shards.slice(0, Math.min(input.MaxResults ?? MAX_SHARDS_A_PAGE, MAX_SHARDS_A_PAGE));
    const more = shown.length < shards.length;
    const { name } = resolve(reference, caller);
    const next = { ...page, streamName: name, after: shown[shown.length - 1]?.id ?? '', issuedAt: now };
    return {
      Shards: shown.map(describeShard),
      ...(more ? { NextToken: core.writeToken(next) } : {}),
    };
  },
});

function streamOf(input: StreamReference & { readonly NextToken?: string }): StreamReference {
  if (input.NextToken === undefined) return input;
  return { StreamName: decodeToken(input.NextToken).streamName };
}

function firstPage(input: ListShardsInput, now: number): Page {
  const filter = input.ShardFilter;
  if (filter?.Type === 'AFTER_SHARD_ID' && filter.ShardId === undefined) {
    throw invalidArgument('ShardId must be provided for a shard filter of type AFTER_SHARD_ID.');
  }
  if (filter?.Type?.endsWith('_TIMESTAMP') && filter.Timestamp === undefined) {
    throw invalidArgument(`Timestamp must be provided for a shard filter of type ${filter.Type}.`);
  }
  return { streamName: '', after: input.ExclusiveStartShardId ?? '', filter, issuedAt: now };
}

function readToken(input: ListShardsInput, now: number): Page {
  for (const name of ['StreamName', 'StreamARN', 'StreamCreationTimestamp', 'ExclusiveStartShardId'] as const) {
    if (input[name] !== undefined) throw invalidArgument(`NextToken and ${name} cannot be provided together.`);
  }
  const page = decodeToken(input.NextToken ?? '');
  if (now - page.issuedAt > TOKEN_LIFETIME_MS) throw expiredNextToken();
  return page;
}

function decodeToken(token: string): Page {
  const page = core.readToken<Page>(token, invalidToken, isPage);
  if (page === undefined) throw invalidToken();
  const { filter } = page;
  if (filter?.Timestamp === undefined) return page;
  return { ...page, filter: { ...filter, Timestamp: new Date(filter.Timestamp) } };
}

function isPage(value: unknown): boolean {
  const { streamName, after } = (value ?? {}) as Partial<Page>;
  return typeof streamName === 'string' && typeof after === 'string';
}

/** Applies a ShardFilter (API reference): AT are the shards open then, FROM also all that were opened since. */
function matches(shard: ShardInfo, filter: ShardFilter | undefined, stream: StreamInfo, now: number): boolean {
  const at = filter?.Timestamp?.getTime() ?? 0;
  const closedAt = shard.closed?.at ?? Number.POSITIVE_INFINITY;
  const horizon = Math.max(trimHorizon(stream, now), stream.createdAt);
  switch (filter?.Type) {
    case 'AFTER_SHARD_ID':
      return shard.id > (filter.ShardId ?? '');
    case 'AT_LATEST':
      return shard.closed === undefined;
    case 'AT_TRIM_HORIZON':
      return shard.createdAt <= horizon && closedAt > horizon;
    case 'AT_TIMESTAMP':
      return shard.createdAt <= at && closedAt > at;
    case 'FROM_TIMESTAMP':
      return closedAt > at;
    default:
      return true;
  }
}
