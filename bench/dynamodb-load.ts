import { connect, type Socket } from 'node:net';

/** Most items of a BatchWriteItem. */
export const BATCH = 25;
export const TABLE = 'bench';

let made = 0;
/** An item of about 150 bytes with its own key, in DynamoDB's JSON. */
export function item(partition = `p${made % 1000}`, at = made++): string {
  return (
    `{"id":{"S":"${partition}"},"at":{"N":"${at}"},"name":{"S":"Ada Lovelace"},"email":{"S":"ada@example.com"},` +
    '"score":{"N":"1234.5678"},"active":{"BOOL":true},"tags":{"L":[{"S":"a"},{"S":"b"}]}}'
  );
}

/** Bodies of requests by operation, different each time. */
export const bodies = {
  /** @param from sort key of the first item, to put the same items into each server */
  BatchWriteItem: (partition?: string, from?: number) => {
    const puts = Array.from({ length: BATCH }, (_none, index) => {
      const at = from === undefined ? undefined : from + index;
      return `{"PutRequest":{"Item":${item(partition, at)}}}`;
    });
    return `{"RequestItems":{"${TABLE}":[${puts.join()}]}}`;
  },
  PutItem: () => `{"TableName":"${TABLE}","Item":${item()}}`,
  GetItem: () => `{"TableName":"${TABLE}","Key":{"id":{"S":"hundred"},"at":{"N":"${made++ % 100}"}}}`,
  Query: () =>
    `{"TableName":"${TABLE}","KeyConditionExpression":"id = :id","ExpressionAttributeValues":{":id":{"S":"hundred"}}}`,
};
export type LoadOperation = keyof typeof bodies;

/** Characters of an answer's beginning that are checked: its head, and all of a short body. */
const BEGINNING = 1000;

interface Answer {
  readonly status: number;
  readonly beginning: string;
}

/**
 * One connection that sends requests as the official client does, with an unchecked signature, and reads only the
 * beginning and the length of the answers: so the machine's CPU is used by the servers, not by the client.
 */
export class Connection {
  private readonly socket: Socket;
  private readonly heads = new Map<LoadOperation, string>();
  /** Missing bytes of the current answer. */
  private left = 0;
  private answer: Answer = { status: 0, beginning: '' };
  private answered: ((answer: Answer) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  constructor(private readonly port: number) {
    const callback = (size: number, bytes: Uint8Array) => {
      this.take(bytes as Buffer, size);
      return true;
    };
    const onread = { buffer: Buffer.alloc(64 * 1024), callback };
    this.socket = connect({ port, host: '127.0.0.1', onread }).setNoDelay(true);
    this.socket.on('error', (error) => this.failed?.(error));
  }

  /** @throws Error for a status other than 200 and for unprocessed items of a batch */
  async send(operation: LoadOperation, body: string): Promise<void> {
    const { status, beginning } = await new Promise<Answer>((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(`${this.headOf(operation)}${body.length}\r\n\r\n${body}`);
    });
    if (status !== 200 || beginning.includes('"UnprocessedItems":{"'))
      throw new Error(`${operation} was answered ${status}: ${beginning}`);
  }

  /** A request's head up to the value of Content-Length. */
  private headOf(operation: LoadOperation): string {
    let head = this.heads.get(operation);
    if (head === undefined) {
      head =
        `POST / HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\ncontent-type: application/x-amz-json-1.0\r\n` +
        `x-amz-target: DynamoDB_20120810.${operation}\r\nx-amz-date: 20260101T000000Z\r\n` +
        'authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, ' +
        `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}\r\ncontent-length: `;
      this.heads.set(operation, head);
    }
    return head;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer, size: number): void {
    if (this.left === 0) this.begin(bytes.toString('latin1', 0, Math.min(size, BEGINNING)));
    this.left -= size;
    if (this.left === 0) this.answered?.(this.answer);
  }

  /** Reads an answer's head, which always comes in one chunk. */
  private begin(beginning: string): void {
    const length = Number(/content-length: (\d+)/i.exec(beginning)?.[1] ?? Number.NaN);
    this.left = beginning.indexOf('\r\n\r\n') + 4 + length;
    this.answer = { status: Number(beginning.slice(9, 12)), beginning };
    if (Number.isNaN(length)) this.failed?.(new Error(`An answer has no length: ${beginning}`));
  }
}

/** Results of one kind of request over some seconds. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds of each request, ascending. */
  readonly times: readonly number[];
}

/** Sends requests of one kind over some connections for a while, one at a time on each. */
export async function load(
  port: number,
  operation: LoadOperation,
  connections: number,
  milliseconds: number,
): Promise<Load> {
  const began = performance.now();
  const times: number[] = [];
  const work = async () => {
    const connection = new Connection(port);
    while (performance.now() - began < milliseconds) {
      const sent = performance.now();
      await connection.send(operation, bodies[operation]());
      times.push(performance.now() - sent);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return { requests: times.length, seconds: (performance.now() - began) / 1000, times: times.sort((a, b) => a - b) };
}
