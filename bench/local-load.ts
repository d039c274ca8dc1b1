import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:http2';

export const RECORDS_A_REQUEST = 500;

/** Puts the same request repeatedly for a while, and returns how many answers had no failed record. */
export type Load = (options: {
  readonly port: number;
  readonly body: Buffer;
  readonly inFlight: number;
  readonly milliseconds: number;
}) => Promise<number>;

/** A PutRecords body of 500 records of about 240 bytes, similar to the producer's. */
export function putRecordsBody(StreamName: string): Buffer {
  const Records = Array.from({ length: RECORDS_A_REQUEST }, (_, index) => {
    const PartitionKey = randomUUID();
    const data = JSON.stringify({
      id: PartitionKey,
      name: `Person Number ${index}`,
      email: `person.number.${index}@example.com`,
      address: `${index} Long Street, Springfield, ${'x'.repeat(60)}`,
      at: new Date(1_700_000_000_000 + index).toISOString(),
    });
    return { Data: Buffer.from(data).toString('base64'), PartitionKey };
  });
  return Buffer.from(JSON.stringify({ StreamName, Records }));
}

const HEADERS = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'Kinesis_20131202.PutRecords',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
};

function check(status: number | undefined, answer: string): void {
  if (status !== 200 || !/"FailedRecordCount":0\b/.test(answer))
    throw new Error(`answered ${status}: ${answer.slice(0, 300)}`);
}

async function work(inFlight: number, milliseconds: number, put: () => Promise<void>): Promise<number> {
  const end = performance.now() + milliseconds;
  let requests = 0;
  const worker = async () => {
    for (; performance.now() < end; requests++) await put();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return requests;
}

export const http1Load: Load = async ({ port, body, inFlight, milliseconds }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const headers = { ...HEADERS, 'content-length': body.length };
  const put = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/', headers }, (response) => {
        let answer = '';
        response.setEncoding('latin1');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('end', () => {
          try {
            check(response.statusCode, answer);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  try {
    return await work(inFlight, milliseconds, put);
  } finally {
    agent.destroy();
  }
};

export const http2Load: Load = async ({ port, body, inFlight, milliseconds }) => {
  const session = connect(`http://127.0.0.1:${port}`);
  const headers = { ...HEADERS, ':method': 'POST', ':path': '/', 'content-length': body.length };
  const put = () =>
    new Promise<void>((resolve, reject) => {
      const stream = session.request(headers);
      let status: number | undefined;
      let answer = '';
      stream.setEncoding('latin1');
      stream.on('response', (received) => {
        status = received[':status'];
      });
      stream.on('data', (chunk: string) => {
        answer += chunk;
      });
      stream.on('error', reject);
      stream.on('end', () => {
        try {
          check(status, answer);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      stream.end(body);
    });
  try {
    return await work(inFlight, milliseconds, put);
  } finally {
    session.close();
  }
};
