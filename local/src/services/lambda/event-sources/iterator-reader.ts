import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import type { Page, ShardReader, Start, StreamItem } from './source';

/** Age at which an iterator is replaced: Kinesis' live for five minutes, DynamoDB's for fifteen. */
const ITERATOR_LIFETIME_MS = 240_000;

/** Result of a call for records. */
export interface Records<R> {
  readonly records: readonly R[];
  /** Undefined at the end of the shard. */
  readonly next: string | undefined;
  /** Whether more records can be read now. */
  readonly more: boolean;
}

/** A service's calls for reading a shard. */
export interface ShardCalls<R> {
  iterator(start: Start, caller: Caller): Promise<string>;
  records(iterator: string, caller: Caller): Promise<Records<R>>;
  toItem(record: R, roleArn: string | undefined): StreamItem;
}

/** Reads a shard by iterators, of Kinesis or DynamoDB's streams, with the role's current session. */
export class IteratorReader<R> implements ShardReader {
  private iterator: string | undefined;
  private iteratorAt = 0;

  constructor(
    private readonly cloud: Cloud,
    private readonly calls: ShardCalls<R>,
    private start: Start,
    private readonly role: () => Caller,
  ) {}

  async read(): Promise<Page> {
    const caller = this.role();
    const { records, next, more } = await this.records(caller);
    const items = records.map((record) => this.calls.toItem(record, caller.roleArn));
    const last = items.at(-1);
    if (last !== undefined) this.start = { after: last.sequenceNumber };
    this.iterator = next;
    const atEnd = next === undefined;
    return { items, atEnd, more: more && !atEnd };
  }

  private async records(caller: Caller): Promise<Records<R>> {
    const now = this.cloud.clock.now();
    if (this.iterator !== undefined && now - this.iteratorAt <= ITERATOR_LIFETIME_MS) {
      try {
        return await this.calls.records(this.iterator, caller);
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'ExpiredIteratorException') throw error;
      }
    }
    this.iterator = await this.calls.iterator(this.start, caller);
    this.iteratorAt = now;
    return this.calls.records(this.iterator, caller);
  }
}
