import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';
import { gunzip } from 'node:zlib';
import { AwsError } from '../core/errors';
import type { HttpRequest } from '../core/http';

/**
 * Reads a whole body. One that is too large is read to its end without keeping it, so that a client which sends
 * everything before it reads gets the answer.
 * @throws BodyTooLarge beyond `limit` bytes @throws ClientGone
 */
export function readBody(body: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks = [];
        reject(new BodyTooLarge(limit));
      }
    });
    let ended = false;
    body.once('end', () => {
      ended = true;
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    body.once('error', () => reject(new ClientGone()));
    // An error only for an incomplete body: every body closes, and a stack trace per request is expensive.
    body.once('close', () => {
      if (!ended) reject(new ClientGone());
    });
  });
}

const unpack = promisify(gunzip);

/**
 * Reads a whole body, and decompresses gzip, which the SDKs use for large PutMetricData requests.
 * @throws BodyTooLarge beyond `limit` bytes, compressed or not @throws AwsError `SerializationException` for invalid
 * gzip
 */
export async function readContent(request: HttpRequest, limit: number): Promise<Buffer> {
  const body = await readBody(request.body, limit);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await unpack(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge(limit);
    throw new AwsError('SerializationException', 'The request body is not gzip.');
  }
}

/** The client disconnected before its request was complete. */
export class ClientGone extends Error {
  readonly code = 'ECONNRESET';
}

const GONE = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP2_STREAM_ERROR'];

/** Whether an error only means that the client closed the connection: it is no fault, and needs no answer. */
export function isClientGone(error: unknown): boolean {
  return isNativeError(error) && GONE.includes((error as NodeJS.ErrnoException).code ?? '');
}

export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`The request body is larger than ${limit} bytes.`);
  }
}
