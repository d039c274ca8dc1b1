import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

/**
 * An endpoint in a process of its own that accepts everything and keeps nothing, so that the sender is measured. It
 * speaks HTTP/1.1 on one port and HTTP/2 on another, since the SDK's default client for Kinesis speaks only the latter.
 */
const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': '0' };
const answers = new Map<number, Buffer>();

function answerTo(target: string, body: Buffer): Buffer {
  if (target.endsWith('DescribeStreamSummary')) {
    return Buffer.from('{"StreamDescriptionSummary":{"OpenShardCount":512}}');
  }
  const result = (i: number) => ({
    SequenceNumber: `4964${String(i).padStart(52, '0')}`,
    ShardId: `shardId-00000000000${i % 4}`,
  });
  if (target.endsWith('PutRecord')) return Buffer.from(JSON.stringify(result(0)));
  let records = 0;
  for (let at = body.indexOf('"PartitionKey"'); at >= 0; at = body.indexOf('"PartitionKey"', at + 14)) records++;
  let answer = answers.get(records);
  if (!answer) {
    const Records = Array.from({ length: records }, (_, i) => result(i));
    answer = Buffer.from(JSON.stringify({ FailedRecordCount: 0, Records }));
    answers.set(records, answer);
  }
  return answer;
}

const http1 = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const answer = answerTo(String(request.headers['x-amz-target']), Buffer.concat(pieces));
    response.writeHead(200, { ...HEADERS, 'content-length': answer.length });
    response.end(answer);
  });
});

const http2 = createHttp2Server();
http2.on('stream', (stream, headers) => {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('end', () => {
    stream.respond({ ':status': 200, ...HEADERS });
    stream.end(answerTo(String(headers['x-amz-target']), Buffer.concat(pieces)));
  });
  stream.on('error', () => {});
});

http1.listen(0, '127.0.0.1', () => {
  http2.listen(0, '127.0.0.1', () => {
    const port = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
    process.send?.({ http1: port(http1), http2: port(http2) });
  });
});
process.on('disconnect', () => process.exit(0));
