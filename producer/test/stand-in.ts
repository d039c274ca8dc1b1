import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Faults of a stand-in for Kinesis: each number is a share of requests, or of records, from 0 to 1. */
export interface Faults {
  /** Records refused with InternalFailure in an otherwise good answer. */
  readonly partial?: number;
  /** Requests answered with HTTP 500, half of them after the records have been stored. */
  readonly serverError?: number;
  /** Requests whose connection is reset, half of them after the records have been stored. */
  readonly reset?: number;
  /** Requests answered only after `stallMs`. */
  readonly stall?: number;
  readonly stallMs?: number;
}

export interface StandInOptions {
  readonly shards?: number;
  /** Records a second that each shard takes: a bucket that holds one second's worth. @default unlimited */
  readonly recordsPerSecond?: number;
  readonly faults?: Faults;
  /** Numbers from 0 to 1 that decide on the faults. */
  readonly random?: () => number;
  /** Answers every operation with this error instead. */
  readonly error?: { readonly status: number; readonly code: string };
}

interface Shard {
  tokens: number;
  filledAt: number;
}

/** A stand-in for Kinesis on a port of its own, which records requests and keeps acknowledged records. */
export class StandIn {
  /** The data of each stored record, as text, in the order of arrival. */
  readonly stored: string[] = [];
  readonly perShard: number[];
  readonly keys: string[] = [];
  attempts = 0;
  throttled = 0;
  requests = 0;
  largestRequest = 0;
  private readonly server: Server;
  private readonly shards: Shard[];
  private readonly random: () => number;

  private constructor(private readonly options: StandInOptions) {
    const { shards = 1, recordsPerSecond = Number.POSITIVE_INFINITY } = options;
    this.shards = Array.from({ length: shards }, () => ({ tokens: recordsPerSecond, filledAt: performance.now() }));
    this.perShard = this.shards.map(() => 0);
    this.random = options.random ?? Math.random;
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async start(options: StandInOptions = {}): Promise<StandIn> {
    const standIn = new StandIn(options);
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const { error } = this.options;
    if (error) return answer(response, error.status, { __type: error.code, message: 'as asked' });
    if (operation === 'DescribeStreamSummary') {
      return answer(response, 200, { StreamDescriptionSummary: { OpenShardCount: this.shards.length } });
    }
    if (operation !== 'PutRecords') return answer(response, 400, { __type: 'UnknownOperationException' });
    this.requests++;
    this.largestRequest = Math.max(this.largestRequest, body.length);
    await this.putRecords(body, request, response);
  }

  private async putRecords(body: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { serverError = 0, reset = 0, stall = 0, stallMs = 0 } = this.options.faults ?? {};
    const fault = this.random();
    const late = this.random() < 0.5;
    const fails = fault < serverError + reset;
    const results = fails && !late ? [] : this.store(body);
    if (fault < serverError) return answer(response, 500, { __type: 'InternalFailure' });
    if (fails) {
      request.socket.resetAndDestroy();
      return;
    }
    if (this.random() < stall) await new Promise((resolve) => setTimeout(resolve, stallMs).unref());
    answer(response, 200, {
      FailedRecordCount: results.filter((result) => 'ErrorCode' in result).length,
      Records: results,
    });
  }

  private store(body: Buffer): object[] {
    const { Records } = JSON.parse(body.toString()) as { Records: { Data: string; PartitionKey: string }[] };
    this.attempts += Records.length;
    return Records.map(({ Data, PartitionKey }) => {
      const shard = this.shardOf(PartitionKey);
      if (!this.takes(shard)) {
        this.throttled++;
        return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard' };
      }
      if (this.random() < (this.options.faults?.partial ?? 0)) {
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
      }
      this.stored.push(Buffer.from(Data, 'base64').toString());
      this.keys.push(PartitionKey);
      this.perShard[shard] = (this.perShard[shard] ?? 0) + 1;
      return { SequenceNumber: String(this.stored.length), ShardId: `shardId-${String(shard).padStart(12, '0')}` };
    });
  }

  private shardOf(key: string): number {
    return Math.floor((createHash('md5').update(key).digest().readUInt32BE(0) / 2 ** 32) * this.shards.length);
  }

  private takes(index: number): boolean {
    const { recordsPerSecond: limit } = this.options;
    const shard = this.shards[index];
    if (limit === undefined || !shard) return true;
    const now = performance.now();
    shard.tokens = Math.min(limit, shard.tokens + ((now - shard.filledAt) / 1000) * limit);
    shard.filledAt = now;
    if (shard.tokens < 1) return false;
    shard.tokens--;
    return true;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
