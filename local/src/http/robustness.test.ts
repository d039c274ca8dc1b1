import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
let port: number;

beforeAll(async () => {
  port = Number(new URL(local.url).port);
});

/** Sends raw bytes in pieces. @returns all bytes received until the other side closes */
function raw(...pieces: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    const send = async () => {
      for (const piece of pieces) {
        await new Promise((written) => socket.write(piece, 'latin1', written));
        await new Promise((turn) => setImmediate(turn));
      }
    };
    send().catch(reject);
  });
}

function post(body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(local.url, {
    method: 'POST',
    headers: {
      'x-amz-target': 'Kinesis_20131202.ListStreams',
      'content-type': 'application/x-amz-json-1.1',
      ...headers,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

test.each([
  ['half of it', '{"Limit": '],
  ['a list', '[]'],
  ['a number of the wrong kind', '{"Limit": "x"}'],
  ['text that is not JSON', '\u0000'],
])('a JSON body that is %s is a SerializationException', async (_name, body) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: 'SerializationException' });
});

test('a body over the limit is refused without being kept, and the connection goes on', async () => {
  const answer = await post(Buffer.alloc(40 * 1024 * 1024, ' '));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  expect((await post('{}')).status).toBe(200);
});

test('a target that names nothing is told so', async () => {
  const answer = await post('{}', { 'x-amz-target': 'Nothing_2020.Nothing' });
  expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' });
});

test('what is not HTTP is answered 400 and cut off', async () => {
  expect(await raw('this is no request\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw('GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  expect(await raw(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
});

test('a request may come in single bytes, and may begin like the preface of HTTP/2', async () => {
  const text =
    'POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-amz-target: Kinesis_20131202.ListStreams\r\n';
  expect(await raw(...`${text}content-length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await raw('P', 'R', 'OPFIND / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 [45]/,
  );
});

test('a client that goes away in the middle of a request or an answer leaves no fault', async () => {
  const large = Buffer.alloc(8 * 1024 * 1024);
  expect((await fetch(`${local.url}/gone`, { method: 'PUT' })).status).toBe(200);
  expect((await fetch(`${local.url}/gone/large`, { method: 'PUT', body: large })).status).toBe(200);
  const target = 'host: localhost\r\nx-amz-target: Kinesis_20131202.ListStreams\r\n';
  for (const start of [
    `POST / HTTP/1.1\r\n${target}content-length: 100\r\n\r\n{`,
    'PUT /gone/half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf',
    'POST /gone?delete HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n<Delete>',
  ]) {
    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(start, () => {
          socket.destroy();
          resolve(undefined);
        }),
      );
    });
  }
  await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /gone/large HTTP/1.1\r\nhost: localhost\r\n\r\n'),
    );
    socket.once('data', () => {
      socket.destroy();
      resolve(undefined);
    });
  });
  // Stopping waits for requests in progress.
  await local.restart();
  expect((await fetch(`${local.url}/gone/half`)).status).toBe(404);
});

test('HTTP/2 requests of a foreign authority are refused, and many go over one connection', async () => {
  const session = connectHttp2(local.url);
  const ask = (authority: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':authority': authority,
        'x-amz-target': 'Kinesis_20131202.ListStreams',
      });
      let status: number | undefined;
      stream.on('response', (headers) => {
        status = headers[':status'];
      });
      stream.on('error', reject);
      stream.on('close', () => resolve(status));
      stream.resume();
      stream.end('{}');
    });
  expect(await ask('evil.example')).toBe(403);
  const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(`localhost:${port}`)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  session.close();
});

test('a request without a Host is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect([400, 403]).toContain(status);
});
