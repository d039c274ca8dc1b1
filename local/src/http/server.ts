import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from './dispatch';
import type { HttpRequest, HttpResponse } from './message';

/** A client that sends its headers or body slower than this is cut off. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;

/** Starts listening on 127.0.0.1. @param port 0 for any free port. @throws EADDRINUSE if the port is taken. */
export function listen(dispatcher: Dispatcher, port: number, log: (line: string) => void): Promise<Server> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      answer(dispatcher, request, response).catch((error: Error) => {
        log(`${request.method} ${request.url}: the connection ended early: ${error.message}`);
        response.destroy();
      });
    },
  );
  // Keep-alive clients hold a socket for long; the default of 5 s makes them meet half-closed ones.
  server.keepAliveTimeout = 120_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answer(dispatcher: Dispatcher, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLoopbackHost(request.headers.host)) {
    response.writeHead(403, { 'content-type': 'text/plain' });
    response.end('This endpoint answers requests to a loopback host only.\n');
    return;
  }
  await send(await dispatcher.handle(toRequest(request)), response, request.method === 'HEAD');
}

function toRequest(request: IncomingMessage): HttpRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers,
    body: request,
  };
}

async function send(answer: HttpResponse, response: ServerResponse, head: boolean): Promise<void> {
  const { body } = answer;
  const headers: Record<string, string> = { ...answer.headers };
  if (!(body instanceof Readable) && headers['content-length'] === undefined) {
    headers['content-length'] = String(body === undefined ? 0 : Buffer.byteLength(body));
  }
  response.writeHead(answer.status, headers);
  if (head || body === undefined) response.end();
  else if (body instanceof Readable) await pipeline(body, response);
  else response.end(body);
}

/**
 * Whether a Host header names this machine. A web page that rebinds its own name to 127.0.0.1 can make a browser
 * send requests here, but not with a loopback Host. `<bucket>.localhost` is S3's virtual-hosted style.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost');
}
