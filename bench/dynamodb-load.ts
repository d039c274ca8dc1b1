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

/**
 * One connection that sends requests as the official client does, with an unchecked signature, and reads only the
 * status and length of the answers: so the machine's CPU is used by the servers, not by the client.
 */
export class Connection {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private answered: ((answer: { status: number; body: Buffer }) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  constructor(private readonly port: number) {
    this.socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.socket.on('data', (bytes) => this.take(bytes));
    this.socket.on('error', (error) => this.failed?.(error));
  }

  /** @throws Error for an answer other than 200 */
  async send(operation: LoadOperation, body: string): Promise<string> {
    const head =
      `POST / HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\ncontent-type: application/x-amz-json-1.0\r\n` +
      `x-amz-target: DynamoDB_20120810.${operation}\r\nx-amz-date: 20260101T000000Z\r\n` +
      'authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, ' +
      `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}\r\ncontent-length: ${body.length}\r\n\r\n`;
    const answer = await new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(head + body);
    });
    const text = answer.body.toString('latin1');
    if (answer.status !== 200 || /"UnprocessedItems":{"/.test(text))
      throw new Error(`${operation} was answered ${answer.status}: ${text.slice(0, 300)}`);
    return text;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const end = this.received.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    const head = this.received.toString('latin1', 0, end);
    const total = end + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(total)) this.failed?.(new Error(`An answer has no length: ${head}`));
    if (!(this.received.length >= total)) return;
    const body = this.received.subarray(end, total);
    this.received = this.received.subarray(total);
    this.answered?.({ status: Number(head.slice(9, 12)), body });
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
