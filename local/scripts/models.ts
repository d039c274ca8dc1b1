import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `local/models/<service>.txt` from the schemas that AWS's own clients export: for every
 * `@aws-sdk/client-*` among this package's devDependencies, its operations, shapes and errors. Run it
 * after adding or updating a client: `npm run models --workspace lakehouse-local`.
 *
 * One shape a line, sorted, so that an SDK's update is a diff that a person can read:
 *
 *     protocol json-1.1 Kinesis_20131202
 *     PutRecords ( PutRecordsInput PutRecordsOutput )
 *     PutRecordsInput { Records*:PutRecordsRequestEntryList StreamName:string }
 *     PutRecordsRequestEntryList [ PutRecordsRequestEntry ]
 *     TagMap < string string >
 *     LimitExceededException !{ message:string }
 *
 * `*` marks a required member; traits follow a type, each after a bar: `|header=x-amz-acl`.
 */

type Schema = readonly unknown[];
type Traits = Readonly<Record<string, unknown>>;

/** Kinds of `@smithy/types`' static schemas, by their first element. */
const KIND = { simple: 0, list: 1, map: 2, structure: 3, union: 4, operation: 9 } as const;

/** Numbers of simple types in a static schema; 64 and 128 make lists and maps of them. */
const SIMPLE: Readonly<Record<number, string>> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp|format=date-time',
  6: 'timestamp|format=http-date',
  7: 'timestamp|format=epoch-seconds',
  15: 'document',
  17: 'number',
  19: 'number',
  21: 'blob',
  42: 'blob|streaming',
};

/** Traits with an effect on the wire, by their short names in the files. */
const TRAITS: Readonly<Record<string, string>> = {
  httpLabel: 'label',
  httpHeader: 'header',
  httpPrefixHeaders: 'prefix',
  httpQuery: 'query',
  httpQueryParams: 'queries',
  httpPayload: 'payload',
  httpResponseCode: 'status',
  jsonName: 'json',
  xmlName: 'xml',
  xmlFlattened: 'flattened',
  xmlAttribute: 'attribute',
  xmlNamespace: 'namespace',
  streaming: 'streaming',
  idempotencyToken: 'token',
  httpError: 'status',
  awsQueryError: 'code',
  eventPayload: 'payload',
};
/** Bits of traits that are packed into a number (`@smithy/types`, `SchemaTraits`). */
const BITS: readonly (readonly [number, string])[] = [
  [1, 'httpLabel'],
  [4, 'idempotencyToken'],
  [16, 'httpPayload'],
  [32, 'httpResponseCode'],
  [64, 'httpQueryParams'],
];

const PROTOCOLS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/Json1_0/, 'json-1.0'],
  [/Json1_1/, 'json-1.1'],
  [/RestJson/, 'rest-json'],
  [/RestXml/, 'rest-xml'],
  [/Query/, 'query'],
];

/** Service folders of clients whose packages have other names. */
const FOLDERS: Readonly<Record<string, string>> = { 'cloudwatch-logs': 'logs', 'dynamodb-streams': 'dynamodbstreams' };

class Writer {
  private readonly lines = new Map<string, string>();

  add(schema: Schema): void {
    const name = schema[2] as string;
    if (this.lines.has(name)) return;
    // Marked before its members are visited: a shape may contain itself.
    this.lines.set(name, '');
    this.lines.set(name, `${name} ${this.body(schema)}`);
  }

  toString(): string {
    return [...this.lines.values()].sort((a, b) => (a < b ? -1 : 1)).join('\n');
  }

  private body(schema: Schema): string {
    const kind = Math.abs(schema[0] as number);
    const traits = traitsOf(schema[3]);
    switch (kind) {
      case KIND.operation:
        return `( ${this.type(schema[4])} ${this.type(schema[5])} )${httpOf(schema[3])}`;
      case KIND.list:
        return `[ ${this.type(schema[4])} ]${traits}`;
      case KIND.map:
        return `< ${this.type(schema[4])} ${this.type(schema[5])} >${traits}`;
      case KIND.structure:
      case KIND.union: {
        const members = this.members(schema);
        const open = (schema[0] as number) < 0 ? '!{' : '{';
        return `${open}${members} }${kind === KIND.union ? '|union' : ''}${traits}`;
      }
      default:
        return `= ${this.type(schema[4])}${traits}`;
    }
  }

  private members(schema: Schema): string {
    const [names, types, required = 0] = schema.slice(4) as [string[], unknown[], number?];
    return names.map((name, index) => ` ${name}${index < required ? '*' : ''}:${this.type(types[index])}`).join('');
  }

  private type(reference: unknown): string {
    const target = typeof reference === 'function' ? reference() : reference;
    if (target === undefined || target === 'unit') return '-';
    if (typeof target === 'number') return this.simple(target);
    // A pair: a type with traits of the member.
    if (target.length === 2) return this.type(target[0]) + traitsOf(target[1]);
    this.add(target);
    return target[2];
  }

  private simple(code: number): string {
    const container = code & 192;
    const type = SIMPLE[code & 63];
    if (type === undefined) throw new Error(`The schema has a type ${code} that this script doesn't know.`);
    if (container === 0) return type;
    const name = `${container === 64 ? 'ListOf' : 'MapOf'}_${type.replace(/\W/g, '_')}`;
    this.lines.set(name, `${name} ${container === 64 ? `[ ${type} ]` : `< string ${type} >`}`);
    return name;
  }
}

function traitsOf(traits: unknown): string {
  if (typeof traits === 'number') {
    return BITS.map(([bit, name]) => ((traits & bit) === 0 ? '' : `|${TRAITS[name]}`)).join('');
  }
  return Object.entries((traits ?? {}) as Traits)
    .filter(([name]) => TRAITS[name] !== undefined)
    .map(([name, value]) => `|${TRAITS[name]}${value === 1 ? '' : `=${Array.isArray(value) ? value[0] : value}`}`)
    .join('');
}

function httpOf(traits: unknown): string {
  const http = (traits as { http?: readonly unknown[] }).http;
  return http === undefined ? '' : ` ${http.join(' ')}`;
}

interface Client {
  readonly config: {
    readonly protocol: { readonly constructor: { readonly name: string } };
    readonly protocolSettings?: Readonly<Record<string, string>>;
  };
}

/** A client's model in the format of its file. */
export function describeClient(client: string): string {
  const exports = require(client) as Readonly<Record<string, unknown>>;
  const { version } = JSON.parse(readFileSync(join(folderOf(client), 'package.json'), 'utf8'));
  const writer = new Writer();
  for (const value of Object.values(exports)) {
    // Operations include their shapes; errors are added separately, since not every one belongs to an operation.
    if (Array.isArray(value) && (value[0] === KIND.operation || (value[0] as number) < 0)) writer.add(value);
  }
  const name = Object.keys(exports).find((key) => /^[A-Z]\w*Client$/.test(key)) as string;
  const Constructor = exports[name] as new (options: object) => Client;
  const { config } = new Constructor({ region: 'us-east-1' });
  const settings = config.protocolSettings ?? {};
  const protocol = PROTOCOLS.find(([pattern]) => pattern.test(config.protocol.constructor.name))?.[1];
  if (protocol === undefined) throw new Error(`${client} speaks ${config.protocol.constructor.name}, unknown here.`);
  return [
    `# From ${client} ${version}. Written by local/scripts/models.ts: edits here are lost.`,
    ['protocol', protocol, settings.serviceTarget, settings.version, settings.xmlNamespace ?? '-'].join(' '),
    writer.toString(),
    '',
  ].join('\n');
}

function folderOf(client: string): string {
  return join(require.resolve(client), '..', '..');
}

const LOCAL = join(__dirname, '..');
export const MODELS = join(LOCAL, 'models');

/** The models' files, each with the client that it is made from. */
export function modelFiles(): (readonly [file: string, client: string])[] {
  const { devDependencies } = JSON.parse(readFileSync(join(LOCAL, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return Object.keys(devDependencies)
    .filter((name) => name.startsWith('@aws-sdk/client-'))
    .map((client) => {
      const id = client.slice('@aws-sdk/client-'.length);
      return [`${FOLDERS[id] ?? id}.txt`, client] as const;
    });
}

if (require.main === module) {
  mkdirSync(MODELS, { recursive: true });
  for (const [file, client] of modelFiles()) writeFileSync(join(MODELS, file), describeClient(client));
}
