import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as athena from '@aws-sdk/client-athena';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as dynamodbstreams from '@aws-sdk/client-dynamodb-streams';
import * as firehose from '@aws-sdk/client-firehose';
import * as glue from '@aws-sdk/client-glue';
import * as iam from '@aws-sdk/client-iam';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import type { Contract } from '../src/core/contract';
import type { Shape } from '../src/core/model';
import type { Service } from '../src/core/service';
import { services } from '../src/services';
import { describeFunctions } from './functions';

/** A service's title and official client, whose commands are AWS's whole list of operations. */
const CLIENTS: Readonly<Record<string, readonly [title: string, client: object]>> = {
  kinesis: ['Kinesis Data Streams', kinesis],
  firehose: ['Data Firehose', firehose],
  s3: ['S3', s3],
  glue: ['Glue', glue],
  athena: ['Athena', athena],
  iam: ['IAM', iam],
  sts: ['STS', sts],
  logs: ['CloudWatch Logs', logs],
  cloudwatch: ['CloudWatch', cloudwatch],
  kms: ['KMS', kms],
  sns: ['SNS', sns],
  sqs: ['SQS', sqs],
  lambda: ['Lambda', lambda],
  dynamodb: ['DynamoDB', dynamodb],
  dynamodbstreams: ['DynamoDB Streams', dynamodbstreams],
};

const BEGIN =
  '<!-- operations: begin. Written by `npx tsx local/scripts/docs.ts` from the code: edits here are lost. -->';
const END = '<!-- operations: end -->';

/** Path of the document, from this file or from its compiled form. */
export const DOCUMENT = join(__dirname, '..', '..', 'docs', 'local.md');

/**
 * Generates the document's tables: each service's supported and missing operations.
 * @throws Error for a service or operation that AWS lacks: a misspelt name
 */
export function describeOperations(): string {
  for (const { name } of services) if (CLIENTS[name] === undefined) throw new Error(`There is no client for ${name}.`);
  const sections = Object.entries(CLIENTS).map(([name, [title, client]]) => {
    const commands = commandsOf(client);
    const service = services.find((candidate) => candidate.name === name);
    const here = [...(service?.operations().keys() ?? [])];
    const unknown = here.filter((operation) => !commands.includes(operation));
    if (unknown.length > 0) throw new Error(`AWS has no operations ${unknown.join(', ')} in ${title}.`);
    return { title, service, here: here.sort(), missing: commands.filter((command) => !here.includes(command)) };
  });
  const rows = sections.map(({ title, here, missing }) => `| ${title} | ${here.length} | ${missing.length} |`);
  return [
    '| service | operations here | operations of AWS that are not |',
    '| --- | --: | --: |',
    ...rows,
    ...sections.flatMap(({ title, service, here, missing }) => [
      '',
      `### ${title}`,
      '',
      `Here: ${inCode(here)}.`,
      ...(service === undefined ? [] : describeMembers(service)),
      ...(missing.length === 0
        ? []
        : ['', `<details><summary>Not here: ${missing.length}</summary>`, '', `${inCode(missing)}.`, '', '</details>']),
    ]),
    '',
    ...describeFunctions(),
  ].join('\n');
}

/** Members without effect, with the reason, each with its structures. */
function describeMembers({ contract, operations }: Service): string[] {
  const reasons = new Map<string, Set<string>>();
  const refused = new Map<string, Set<string>>();
  for (const name of operations().keys()) collect(contract, contract.modelOf(name).input, new Set(), reasons, refused);
  const list = (found: Map<string, Set<string>>) =>
    [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, places]) => ({ key, where: placesOf(places) }));
  return [
    ...(reasons.size === 0 ? [] : ['', 'Taken, and not acted on:', '']),
    ...list(reasons).map(({ key, where }) => {
      const [member = '', reason = ''] = key.split('\0');
      return `- \`${member}\`${where}: ${reason}.`;
    }),
    ...(refused.size === 0
      ? []
      : [
          '',
          `Refused by name: ${list(refused)
            .map(({ key, where }) => `\`${key}\`${where}`)
            .join(', ')}.`,
        ]),
  ];
}

function collect(
  contract: Contract<never>,
  shape: Shape,
  seen: Set<string>,
  reasons: Map<string, Set<string>>,
  refused: Map<string, Set<string>>,
): void {
  if (shape.type === 'list' || shape.type === 'map') collect(contract, shape.of.shape, seen, reasons, refused);
  if (shape.type !== 'structure' || seen.has(shape.name)) return;
  seen.add(shape.name);
  for (const { member, fate } of contract.rulesOf(shape)) {
    const reason = contract.reasonFor(shape.name, member.name);
    if (fate === 'refused') add(refused, member.name, shape.name);
    else if (reason !== undefined) add(reasons, `${member.name}\0${reason}`, shape.name);
    else collect(contract, member.shape, seen, reasons, refused);
  }
}

function add(found: Map<string, Set<string>>, key: string, place: string): void {
  const places = found.get(key) ?? new Set();
  found.set(key, places.add(place.replace(/(?:Request|Input)$/, '')));
}

function placesOf(places: Set<string>): string {
  return places.size > 3
    ? ` (of ${places.size} structures)`
    : ` (${[...places].map((place) => `\`${place}\``).join(', ')})`;
}

/** Regenerates the generated part of the document; handwritten text stays. */
export function renewDocument(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/local.md has lost its marks: ${BEGIN} and ${END}`);
  return `${document.slice(0, begin)}${BEGIN}\n\n${describeOperations()}\n\n${document.slice(end)}`;
}

// The clients export their commands as classes, next to a base class.
function commandsOf(client: object): string[] {
  return Object.keys(client)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.slice(0, -'Command'.length))
    .sort();
}

function inCode(names: readonly string[]): string {
  return names.length === 0 ? 'nothing yet' : names.map((name) => `\`${name}\``).join(', ');
}

if (require.main === module) writeFileSync(DOCUMENT, renewDocument(readFileSync(DOCUMENT, 'utf8')));
