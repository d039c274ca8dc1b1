import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type LocalEndpoint, startLocal } from '..';
import type { Contract, Limit } from '../core/contract';
import type { Shape } from '../core/model';
import { services } from '../services';

/** Ten thousand cases, the same ones every time; `FUZZ_SEED` picks others. */
const RUNS = { bodies: 4_000, queries: 1_000, keys: 3_000, headers: 2_000 };
const seed = Number(process.env.FUZZ_SEED ?? 20_261_123);
const IN_FLIGHT_TIMEOUT_MS = 10_000;
const MARK = `lakehouse-fuzz-${process.pid}`;

let parent: string;
let dataDir: string;
let endpoint: LocalEndpoint;
const faults: string[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  // Deep enough that a few levels up are within a folder that can be checked.
  parent = mkdtempSync(join(tmpdir(), `${MARK}-`));
  dataDir = join(parent, 'a', 'b', 'c', 'data');
  mkdirSync(dataDir, { recursive: true });
  endpoint = await startLocal({ port: 0, dataDir, log: (line) => faults.push(line) });
});

afterAll(async () => {
  agent.destroy();
  await endpoint.close();
  rmSync(parent, { recursive: true, force: true });
});

afterEach(() => {
  // Nothing was written outside of the data directory: beside it, above it, or at an absolute path.
  expect(readdirSync(parent)).toEqual(['a']);
  expect(readdirSync(join(parent, 'a'))).toEqual(['b']);
  expect(readdirSync(join(parent, 'a', 'b'))).toEqual(['c']);
  expect(readdirSync(join(parent, 'a', 'b', 'c'))).toEqual(['data']);
  for (const place of ['/', tmpdir(), process.cwd(), dataDir]) expect(existsSync(join(place, MARK))).toBe(false);
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** @returns the status; rejects only if the connection broke. */
function send({ method, path, headers, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: endpoint.port,
      agent,
      method,
      path,
      headers,
      timeout: IN_FLIGHT_TIMEOUT_MS,
    };
    const sent = request(options, (response: IncomingMessage) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Asserts an answer other than a fault of the endpoint. */
async function expectAnswer(sent: Sent): Promise<void> {
  const status = await send(sent);
  if (status === 500) throw new Error(`a fault: ${faults[faults.length - 1]}`);
  expect(status).toBeGreaterThanOrEqual(200);
}

/** Input that is mostly of the operation's shape, so that it gets past the first check. */
function inputOf(contract: Contract<never>, shape: Shape, limit: Limit = {}, depth = 0): fc.Arbitrary<unknown> {
  const inner = (of: Shape) => (depth > 4 ? fc.constant(null) : inputOf(contract, of, limit.of, depth + 1));
  const right = (): fc.Arbitrary<unknown> => {
    switch (shape.type) {
      case 'string':
        return limit.values === undefined ? textArbitrary : fc.constantFrom(...limit.values);
      case 'number':
        return limit.double ? fc.double() : fc.oneof(fc.integer({ min: -2, max: 40 }), fc.maxSafeInteger());
      case 'boolean':
        return fc.boolean();
      case 'timestamp':
        return fc.double({ min: -1e10, max: 1e10, noNaN: true });
      case 'blob':
        return fc.base64String({ maxLength: 40 });
      case 'list':
        return fc.array(inner(shape.of.shape), { maxLength: 3 });
      case 'map':
        return fc.dictionary(textArbitrary, inner(shape.of.shape), { maxKeys: 3 });
      case 'structure': {
        const rules = depth > 5 ? [] : contract.rulesOf(shape).filter(({ fate }) => fate === 'used');
        const model = rules.map(({ member, limit: own }) => [
          member.name,
          inputOf(contract, member.shape, own, depth + 1),
        ]);
        return fc.record<Record<string, unknown>, string>(Object.fromEntries(model), {
          requiredKeys: rules.filter(({ required }) => required).map(({ member }) => member.name),
        });
      }
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  };
  return fc.oneof({ arbitrary: right(), weight: 12 }, { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 });
}

const tricks = fc.constantFrom(
  '..',
  '.',
  '',
  '/',
  '%2e%2e',
  '%2f',
  '..%2f..',
  '\\..\\',
  '%00',
  '%c0%ae%c0%ae',
  'a'.repeat(300),
  '__proto__',
  'constructor',
  MARK,
  '\u202e',
  'CON',
  '.lock',
  '\ud83d\ude00',
  "' OR 1=1 --",
  '$' + '{jndi:x}',
  `/tmp/${MARK}`,
  `../../../../${MARK}`,
  'arn:aws:kinesis:us-east-1:000000000000:stream/../x',
  'arn:aws:s3:::..',
);
const textArbitrary = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 8 }), tricks);

const operations = services.flatMap(({ contract, operations: own }) =>
  contract.model.protocol.name.startsWith('json')
    ? [...own().keys()].map((name) => ({
        target: `${contract.model.protocol.target}.${name}`,
        contract,
        input: contract.modelOf(name).input,
      }))
    : [],
);

test('request bodies: every JSON operation, with input of nearly its shape', async () => {
  const cases = fc.oneof(
    ...operations.map(({ target, contract, input }) =>
      inputOf(contract, input).map((value) => ({ target, body: JSON.stringify(value) })),
    ),
    fc.record({
      target: fc.constantFrom(...operations.map(({ target }) => target)),
      body: fc.oneof(
        fc.string(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, ({ target, body }) =>
      expectAnswer({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
        body,
      }),
    ),
    { numRuns: RUNS.bodies, seed },
  );
}, 120_000);

test('Query parameters: names of every depth, and those that mean something to JavaScript', async () => {
  const known = Object.getOwnPropertyNames(Object.prototype);
  const actions = services
    .filter(({ contract }) => contract.queryNamespace !== undefined)
    .flatMap(({ contract, operations }) =>
      [...operations().keys()].map((name) => ({
        version: contract.model.protocol.version,
        name,
        input: contract.modelOf(name).input,
      })),
    );
  const member = fc.constantFrom(
    'member',
    'entry',
    '1',
    '2',
    'key',
    'value',
    '',
    '__proto__',
    'constructor',
    'prototype',
  );
  const cases = fc.constantFrom(...actions).chain(({ version, name, input }) => {
    const first = fc.oneof(fc.constantFrom('', ...input.members.keys()), member);
    const path = fc
      .tuple(first, fc.array(member, { maxLength: 40 }))
      .map(([start, rest]) => [start, ...rest].join('.'));
    const parameters = fc.array(fc.tuple(path, fc.oneof(textArbitrary, fc.constantFrom('1', 'true', ''))), {
      maxLength: 6,
    });
    return parameters.map((pairs) =>
      new URLSearchParams([...pairs, ['Action', name], ['Version', version]]).toString(),
    );
  });
  await fc.assert(
    fc.asyncProperty(cases, (body) =>
      expectAnswer({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      }),
    ),
    { numRuns: RUNS.queries, seed },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(known);
}, 120_000);

test('S3 keys: tricks of every kind, as sent and percent-encoded', async () => {
  await send({ method: 'PUT', path: '/fuzz-bucket', headers: {}, body: '' });
  const segment = fc.oneof(tricks, fc.string({ maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 10 }));
  const cases = fc.record({
    method: fc.constantFrom('PUT', 'GET', 'HEAD', 'DELETE', 'POST'),
    bucket: fc.oneof({ arbitrary: fc.constant('fuzz-bucket'), weight: 5 }, { arbitrary: segment, weight: 1 }),
    segments: fc.array(segment, { minLength: 1, maxLength: 6 }),
    encode: fc.boolean(),
    query: fc.constantFrom('', '?uploads', '?acl', '?versionId=null', '?partNumber=1&uploadId=../x', '?list-type=2'),
  });
  await fc.assert(
    fc.asyncProperty(cases, ({ method, bucket, segments, encode, query }) => {
      const parts = [bucket, ...segments].map((part) =>
        encode ? encodeURIComponent(Buffer.from(part).toString()) : printable(part),
      );
      return expectAnswer({
        method,
        path: `/${parts.join('/')}${query}`,
        headers: {},
        body: method === 'PUT' ? 'x' : '',
      });
    }),
    { numRuns: RUNS.keys, seed },
  );
}, 120_000);

test('headers: names that mean something, with values that mean nothing', async () => {
  const names = [
    'authorization',
    'content-type',
    'content-md5',
    'content-encoding',
    'x-amz-target',
    'x-amz-content-sha256',
    'x-amz-decoded-content-length',
    'x-amz-copy-source',
    'x-amz-date',
    'x-amz-sdk-checksum-algorithm',
    'x-amz-checksum-crc32',
    'x-amz-tagging',
    'x-amz-acl',
    'x-amz-security-token',
    'smithy-protocol',
    'range',
    'if-match',
    'if-none-match',
    'if-modified-since',
  ];
  const plausible = fc.constantFrom(
    'AWS4-HMAC-SHA256 Credential=../../x/20260101/../s3/aws4_request, SignedHeaders=host, Signature=0',
    'AWS4-HMAC-SHA256 Credential=/////',
    'application/x-amz-cbor-1.1',
    'application/x-www-form-urlencoded',
    'rpc-v2-cbor',
    'aws-chunked',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'Kinesis_20131202.PutRecords',
    '/fuzz-bucket/../../x',
    'bytes=9-1',
    'bytes=-0',
    '-1',
    '*',
  );
  const value = fc.oneof(plausible, fc.string({ maxLength: 40 }).map(printable));
  const cases = fc.record({
    method: fc.constantFrom('PUT', 'GET', 'HEAD', 'DELETE', 'POST'),
    path: fc.constantFrom(
      '/',
      '/fuzz-bucket',
      '/fuzz-bucket/key',
      '/service/a/operation/b',
      '/service/AmazonAthena/operation/x',
    ),
    headers: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }),
    body: fc.string({ maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, (sent) => expectAnswer({ ...sent, body: sent.method === 'GET' ? '' : sent.body })),
    { numRuns: RUNS.headers, seed },
  );
}, 120_000);

// Text that node:http can send as a path or header.
function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_');
}
