import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { type Duplex, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpRequest, HttpResponse } from '../core/http';
import { protectiveHeaders, refusalOf } from './browser';
import { isClientGone } from './message';

/** Time within which a client must send its headers and its request. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;
/** Keep-alive clients hold connections for long; a short timeout would let them send on half-closed ones. */
const IDLE_TIMEOUT_MS = 120_000;
/** Time for requests in progress when the endpoint closes: slow clients must not hold the process. */
const CLOSING_MS = 2_000;
/** Preface of HTTP/2 connections, which no HTTP/1.1 request has (RFC 9113, section 3.4). */
const HTTP2_PREFACE = 'PRI';

/** Handler of requests. */
export interface Answerer {
  handle(request: HttpRequest): Promise<HttpResponse>;
}

/** Address of an endpoint, and its host names besides loopback's. */
export interface Network {
  /** @default 127.0.0.1 */
  readonly host?: string;
  readonly allowedHosts?: readonly string[];
}

/** A listening endpoint. */
export interface Listener {
  readonly port: number;
  /** Lets requests in progress end, for a moment, and frees the port. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void;

/**
 * Listens for HTTP/1.1, and for HTTP/2 with prior knowledge, on the same port.
 * @param port 0 for any free port
 * @throws EADDRINUSE if the port is taken
 */
export function listen(
  dispatcher: Answerer,
  port: number,
  log: (line: string) => void,
  network: Network = {},
): Promise<Listener> {
  const allowed = new Set((network.allowedHosts ?? []).map((name) => name.toLowerCase()));
  const handler: Handler = (request, response) => {
    answer(dispatcher, request, response, allowed).catch((error: Error) => {
      if (!isClientGone(error)) log(`${request.method} ${request.url}: the answer broke off: ${error.message}`);
      response.destroy();
    });
  };
  const http1 = http1Server(handler);
  const http2 = http2Server(handler, log);
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    handOver(socket, http1, http2);
  });
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, network.host ?? '127.0.0.1', () => {
      tcp.off('error', reject);
      const close = async () => {
        const closed = new Promise<void>((done) => tcp.close(() => done()));
        http1.closeIdleConnections();
        http2.closeSessions();
        const cut = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, CLOSING_MS);
        await closed;
        clearTimeout(cut);
        http1.close();
      };
      resolve({ port: (tcp.address() as AddressInfo).port, close });
    });
  });
}

/** Reads a connection's first bytes, puts them back, and passes it to the server of its protocol. */
function handOver(socket: Socket, http1: Server, http2: { accept(socket: Socket): void }): void {
  const drop = () => socket.destroy();
  let seen = Buffer.alloc(0);
  const look = (bytes: Buffer) => {
    seen = Buffer.concat([seen, bytes]);
    const start = seen.toString('latin1', 0, HTTP2_PREFACE.length);
    if (start.length < HTTP2_PREFACE.length && HTTP2_PREFACE.startsWith(start)) return;
    socket.off('data', look);
    socket.setTimeout(0);
    socket.off('timeout', drop);
    socket.pause();
    socket.unshift(seen);
    if (start === HTTP2_PREFACE) {
      // Takes the bytes that were put back, and reads on from beneath the socket.
      http2.accept(socket);
      return;
    }
    http1.emit('connection', socket);
    socket.resume();
  };
  socket.setTimeout(HEADERS_TIMEOUT_MS, drop);
  socket.on('error', drop);
  socket.on('data', look);
}

function http1Server(handler: Handler): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
    },
    handler,
  );
  server.on('clientError', refuseMalformed);
  // The server never listens itself; the event starts its timeout checks.
  server.emit('listening');
  return server;
}

/** Statuses for the HTTP parser's errors; others are bad requests. */
const PARSER_STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Answers a malformed request, and reads on until the client has read the answer: closing a socket with unread bytes
 * would reset the connection, and lose the answer.
 */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writableEnded || !socket.writable) return;
  // While another answer is being sent on the same connection, there is no place for this one.
  const answering = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage;
  if (answering?.headersSent) {
    socket.destroy();
    return;
  }
  const status = PARSER_STATUSES[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.removeAllListeners('data');
  socket.on('error', () => socket.destroy());
  socket.resume();
  setTimeout(() => socket.destroy(), CLOSING_MS).unref();
}

function http2Server(handler: Handler, log: (line: string) => void) {
  const server = createHttp2Server(handler);
  const sessions = new Set<{ close(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(IDLE_TIMEOUT_MS, () => session.close());
    session.on('error', (error: Error) => log(`an HTTP/2 connection failed: ${error.message}`));
  });
  server.on('stream', (stream) => {
    stream.setTimeout(REQUEST_TIMEOUT_MS, () => stream.close());
  });
  return {
    accept: (socket: Socket) => {
      server.emit('connection', socket);
    },
    closeSessions: () => {
      for (const session of sessions) session.close();
    },
  };
}

async function answer(
  dispatcher: Answerer,
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  allowed: ReadonlySet<string>,
): Promise<void> {
  const authority = request.headers[':authority'];
  const host = request.headers.host ?? (typeof authority === 'string' ? authority : undefined);
  const asked = toRequest(request, host ?? '');
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  // Host names that were allowed at the start count as loopback.
  const sender = {
    host: allowed.has(name) ? 'localhost' : host,
    method: request.method,
    query: asked.query,
    headers: request.headers,
  };
  const refusal = refusalOf(sender);
  const answered =
    refusal === undefined
      ? await dispatcher.handle(asked)
      : { status: 403, headers: { 'content-type': 'text/plain' }, body: `${refusal}\n` };
  await send(answered, protectiveHeaders(sender), response, request.method === 'HEAD');
}

function toRequest(request: IncomingMessage | Http2ServerRequest, host: string): HttpRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = { host };
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value === undefined || name.startsWith(':')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers,
    body: request,
  };
}

const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * A header's value without characters at which Node would end the connection: control characters, and characters beyond
 * one byte.
 */
function sendable(value: string): string {
  if (SENDABLE.test(value)) return value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a header can't hold.
  const bytes = /[^\u0000-\u00ff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a header can't hold.
  return bytes.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' ');
}

async function send(
  answer: HttpResponse,
  headers: Record<string, string>,
  response: ServerResponse | Http2ServerResponse,
  head: boolean,
): Promise<void> {
  const { body } = answer;
  // Node would decode the bytes of this header if it came after the length.
  const disposition = answer.headers['content-disposition'];
  if (disposition !== undefined) headers['content-disposition'] = sendable(disposition);
  for (const name in answer.headers) headers[name] = sendable(answer.headers[name] as string);
  const hasLength = headers['content-length'] !== undefined || answer.status === 204 || answer.status === 304;
  if (!(body instanceof Readable) && !hasLength) {
    headers['content-length'] = String(body === undefined ? 0 : Buffer.byteLength(body));
  }
  // The client is gone; its request has been executed.
  if (response.destroyed) {
    if (body instanceof Readable) body.destroy();
    return;
  }
  response.writeHead(answer.status, headers);
  if (head || body === undefined) {
    if (body instanceof Readable) body.destroy();
    response.end();
  } else if (body instanceof Readable) await pipeline(body, response as Writable);
  else response.end(body);
}
