import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Sample = Record<string, unknown>;

const PACKAGES = join(__dirname, '../../node_modules');
const read = (path: string) => JSON.parse(readFileSync(join(PACKAGES, path), 'utf8'));
const AWS = '@serverless/event-mocks/dist/events/aws';

/** Events of public sources, as packages of samples hold them. */
export const SAMPLES: Readonly<Record<string, () => Sample[]>> = {
  /** Bodies of GitHub's webhooks. */
  github: () =>
    (read('@octokit/webhooks-examples/api.github.com/index.json') as { examples: Sample[] }[]).flatMap(
      ({ examples }) => examples,
    ),
  /** Events of S3, SNS, SQS, Kinesis, DynamoDB, API Gateway, CloudWatch, Cognito, Alexa. */
  aws: () => readdirSync(join(PACKAGES, AWS)).map((name) => read(`${AWS}/${name}`)),
  /** Earthquakes of the USGS, as GeoJSON features. */
  earthquakes: () => (read('vega-datasets/data/earthquakes.json') as { features: Sample[] }).features.slice(0, 500),
};

/** The Hive type that holds all of the values, as the OpenX SerDe reads them; text where they differ in kind. */
export function typeOf(values: readonly unknown[]): string {
  const found = values.filter((value) => value !== null && value !== undefined);
  const all = (isOne: (value: unknown) => boolean) => found.length > 0 && found.every(isOne);
  if (all((value) => typeof value === 'boolean')) return 'boolean';
  if (all(Number.isSafeInteger)) return 'bigint';
  if (all((value) => typeof value === 'number')) return 'double';
  if (all(Array.isArray)) return `array<${typeOf(found.flat())}>`;
  if (!all(isObject)) return 'string';
  const members = membersOf(found as Sample[]);
  return members.length === 0
    ? 'map<string,string>'
    : `struct<${members.map(([name, type]) => `${name}:${type}`).join(',')}>`;
}

/** Columns, or a struct's members: the keys of all objects in lower case, each with its type. */
export function membersOf(objects: readonly Sample[]): [name: string, type: string][] {
  const values = new Map<string, unknown[]>();
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const name = key.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return [...values].map(([name, found]) => [name, typeOf(found)]);
}

const isObject = (value: unknown): value is Sample =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in a row's form, without nulls: keys in lower case, and JSON text where the type is string. */
export function expected(value: unknown, type: string): unknown {
  if (type === 'string') return isObject(value) || Array.isArray(value) ? { json: lowered(value) } : String(value);
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : expected(item, inner(type))));
  if (!isObject(value)) return value;
  const types = type.startsWith('map<') ? undefined : new Map(splitMembers(type));
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    members.map(([key, member]) => [key.toLowerCase(), expected(member, types?.get(key.toLowerCase()) ?? 'string')]),
  );
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), lowered(member)]));
}

const inner = (type: string) => type.slice('array<'.length, -1);

/** A struct type's members. */
export function splitMembers(type: string): [name: string, type: string][] {
  const members: [string, string][] = [];
  let [depth, start] = [0, 0];
  const text = type.slice('struct<'.length, -1);
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at);
    if (character === '<') depth++;
    else if (character === '>') depth--;
    else if (at === text.length || (character === ',' && depth === 0)) {
      const member = text.slice(start, at);
      members.push([member.slice(0, member.indexOf(':')), member.slice(member.indexOf(':') + 1)]);
      start = at + 1;
    }
  }
  return members;
}
