import type { IncomingMessage, ServerResponse } from 'node:http';
import { proxyFor } from '../src/send/proxy';
import { send, serversFixture } from './servers';

/** The producer behind proxies, with a wrong clock, and on a network that answers in Kinesis' place. */

const { serve, standIn } = serversFixture();

/** Passes a request on, as a proxy does. */
function forward(request: IncomingMessage, response: ServerResponse, to: string): void {
  const headers = { 'x-amz-target': String(request.headers['x-amz-target']) };
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', async () => {
    const answer = await fetch(to, { method: 'POST', body: Buffer.concat(pieces), headers });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
}

describe('a clock that is off', () => {
  /** A server that checks signatures' times as Kinesis does: its clock is `offset()` ahead of this machine's. */
  async function strict(offset: () => number) {
    const stored: number[] = [];
    const url = await serve((request, response) => {
      request.resume();
      const now = Date.now() + offset();
      const signed = String(request.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
      const skew = Math.abs(Date.parse(signed) - now);
      response.setHeader('date', new Date(now).toUTCString());
      response.setHeader('x-amzn-requestid', 'a');
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (skew > 5 * 60_000) {
        response.writeHead(400);
        response.end(JSON.stringify({ __type: 'InvalidSignatureException', message: 'Signature expired' }));
      } else if (String(request.headers['x-amz-target']).endsWith('PutRecords')) {
        stored.push(now);
        const Records = Array.from({ length: 500 }, (_, i) => ({ SequenceNumber: String(i), ShardId: 's' }));
        response.end(JSON.stringify({ FailedRecordCount: 0, Records }));
      } else response.end(JSON.stringify({ StreamDescriptionSummary: { OpenShardCount: 64 } }));
    });
    return { url, stored };
  }

  test.each([-3_600_000, 40 * 60_000])('by %i ms is corrected, and told', async (off) => {
    const { url } = await strict(() => off);
    const result = await send({ endpoint: url });
    expect(result).toMatchObject({ outcome: 'delivered', delivered: 20 });
    expect(Math.abs((result.clockOffset ?? 0) - off)).toBeLessThan(60_000);
  });

  test('is corrected in mid-run, with several requests in flight: when it goes wrong, and when it is set right', async () => {
    let off = 0;
    const { url, stored } = await strict(() => off);
    const turns = [0, 3_600_000, 0, -7_200_000];
    const result = await send({
      endpoint: url,
      amount: 40_000,
      concurrency: 8,
      onProgress: () => {
        off = turns[Math.min(turns.length - 1, Math.floor(stored.length / 20))] as number;
      },
      progressInterval: 1,
    });
    expect(result).toMatchObject({ outcome: 'delivered', delivered: 40_000, failed: 0 });
    expect(result.retried).toBeGreaterThan(0);
  });

  test('is not taken for the reason when the key is wrong', async () => {
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'a' });
      response.end(JSON.stringify({ __type: 'InvalidSignatureException', message: 'as asked' }));
    });
    expect(await send({ endpoint: url })).toMatchObject({ outcome: 'denied', code: 'InvalidSignatureException' });
  });
});

describe('a proxy', () => {
  test.each([
    ['https://kinesis.us-east-1.amazonaws.com', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [
      'https://kinesis.us-east-1.amazonaws.com',
      { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://p:1' },
      'http://low:1',
    ],
    ['https://kinesis.us-east-1.amazonaws.com', { HTTPS_PROXY: 'p:3128' }, 'http://p:3128'],
    ['https://kinesis.us-east-1.amazonaws.com', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://kinesis.test', { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
    ['https://kinesis.us-east-1.amazonaws.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.amazonaws.com' }, undefined],
    [
      'https://kinesis.us-east-1.amazonaws.com',
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.b, amazonaws.com' },
      undefined,
    ],
    ['https://notamazonaws.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'amazonaws.com' }, 'http://p:1'],
    ['https://kinesis.test', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'kinesis.test:444' }, 'http://p:1'],
    ['https://kinesis.test', { HTTPS_PROXY: 'http://p:1', no_proxy: 'kinesis.test:443' }, undefined],
    ['https://kinesis.test', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    ['http://127.0.0.1:4566', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://localhost:4566', { HTTP_PROXY: 'http://p:1' }, undefined],
  ])('for %s by %o is %s', (url, env, proxy) => {
    expect(proxyFor(new URL(url), env)?.origin).toBe(proxy === undefined ? undefined : new URL(proxy).origin);
  });

  test('for plain HTTP gets the whole URL and its password, and passes the run on', async () => {
    const kinesis = await standIn();
    const seen: string[] = [];
    const proxy = await serve((request, response) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization']}`);
      forward(request, response, kinesis.endpoint);
    });
    process.env.HTTP_PROXY = proxy.replace('//', '//me:p%40ss@');
    expect(await send({ endpoint: 'http://kinesis.test:81' })).toMatchObject({ delivered: 20 });
    expect(new Set(seen)).toEqual(new Set([`http://kinesis.test:81/ Basic ${btoa('me:p@ss')}`]));
  });

  test('for HTTPS is asked for a tunnel; its refusal is named, without its password', async () => {
    const asked: string[] = [];
    const proxy = await serve(
      () => {},
      (server) =>
        server.on('connect', (request, socket) => {
          asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
          socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        }),
    );
    process.env.HTTPS_PROXY = proxy.replace('//', '//me:secret@');
    const result = await send({});
    expect(asked[0]).toBe(`kinesis.us-east-1.amazonaws.com:443 Basic ${btoa('me:secret')}`);
    expect(result).toMatchObject({ outcome: 'unreachable', code: 'ProxyError', failed: 20 });
    expect(result.problem).toContain(`the proxy ${proxy} answered 407 Proxy Authentication Required`);
  });

  test('carries TLS through its tunnel to the host that was asked for', async () => {
    const hello: string[] = [];
    const host = await serve(
      () => {},
      (server) =>
        server.on('connect', (_, socket, head) => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          const hear = (bytes: Buffer) => {
            hello.push(bytes.toString('latin1'));
            socket.destroy();
          };
          if (head.length > 0) hear(head);
          socket.once('data', hear);
        }),
    );
    process.env.HTTPS_PROXY = host;
    await send({ retryFor: 100 });
    // A TLS record of a handshake, with the name of the server in clear text.
    expect(hello[0]?.charCodeAt(0)).toBe(22);
    expect(hello[0]).toContain('kinesis.us-east-1.amazonaws.com');
  });

  test.each([
    [403, 'unreachable'],
    [200, 'unreachable'],
    [502, 'unreachable'],
  ])('whose page comes in place of an answer, with HTTP %i, is named', async (status, outcome) => {
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><head><title>Blocked by\n policy</title></head><body>…</body></html>');
    });
    const result = await send({ endpoint: url });
    expect(result).toMatchObject({ outcome, code: 'ForeignAnswer', delivered: 0 });
    expect(result.problem).toContain(`HTTP ${status}, text/html; charset=utf-8: "Blocked by policy"`);
  });

  test('that answers 502 and then not in time is named by its page', async () => {
    const until = performance.now() + 2_000;
    const url = await serve((request, response) => {
      request.resume();
      if (performance.now() > until) return;
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<title>Bad gateway</title>');
    });
    const result = await send({ endpoint: url, retryFor: 1_000 });
    expect(result).toMatchObject({ outcome: 'unreachable', code: 'ForeignAnswer', delivered: 0 });
  });

  test('whose page comes in mid-run is named in the account of what failed', async () => {
    const kinesis = await standIn();
    let left = 2;
    const url = await serve((request, response) => {
      if (left-- <= 0) {
        request.resume();
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<h1>Sign in</h1>');
        return;
      }
      forward(request, response, kinesis.endpoint);
    });
    const result = await send({ endpoint: url, amount: 2_000, concurrency: 1 });
    expect(result).toMatchObject({ outcome: 'unreachable', code: 'ForeignAnswer' });
    expect(result.delivered + result.failed).toBe(2_000);
    expect(result.failures.ForeignAnswer).toBeGreaterThan(0);
  });
});
