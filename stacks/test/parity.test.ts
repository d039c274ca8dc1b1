import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_FIELDS } from 'lakehouse-producer/record-fields';
import { environments } from '../config/environments';
import { parseSettings } from '../config/load';
import { only, type Synthesized, synthesize } from './support';

const document = readFileSync(join(__dirname, '../..', 'docs', 'parity.md'), 'utf8');

/** The cells of every row of the tables under a heading, headers left out. */
function rowsUnder(heading: string): string[][] {
  const section = document.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter(([first]) => first !== '---' && first !== 'argument' && first !== 'input');
}

/** A cell's value: one in backticks as text, `none` or anything else as undefined. */
function stated(cell: string | undefined): string | undefined {
  return /^`([^`]*)`/.exec(cell ?? '')?.[1];
}

/** A value as a cell would write it. */
function written(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

/** The argument at a path such as `a.b[0].c` or `a["b.c"]`. */
function at(block: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain,
  );
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key ?? ''], block);
}

/** The rows of the document that the synthesized JSON contradicts. */
function contradictions(synthesized: Synthesized): string[] {
  return types.flatMap((type) =>
    rowsUnder(type).flatMap(([argument = '', , here]) => {
      const value = written(at(only(synthesized, type), argument));
      return value === stated(here) ? [] : [`${type} ${argument}: the document says ${here}, the stack ${value}`];
    }),
  );
}

const types = [
  'aws_s3_bucket',
  'aws_glue_catalog_database',
  'aws_glue_catalog_table',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_log_stream',
  'aws_kinesis_stream',
  'aws_kinesis_firehose_delivery_stream',
  'aws_iam_role',
  'aws_iam_role_policy',
];

test('the document says of every resource of the original what the stack does', () => {
  expect(types.map((type) => rowsUnder(type).length).every((rows) => rows > 0)).toBe(true);
  expect(contradictions(synthesize(environments.dev))).toEqual([]);
});

test('another name for the Glue table would be noticed', () => {
  expect(contradictions(synthesize({ ...environments.dev, tableName: 'renamed' }))).toContain(
    'aws_glue_catalog_table name: the document says `tbl-kinesis-rd`, the stack renamed',
  );
});

test('all 19 inputs are settings, with the defaults that the document states', () => {
  const rows = rowsUnder('Data sources, outputs, inputs');
  expect(rows).toHaveLength(19);
  const settings = parseSettings(environments.dev) as Readonly<Record<string, unknown>>;
  for (const [input = '', , setting, here] of rows) {
    const name = stated(setting) ?? '';
    expect(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(input);
    expect([name, written(settings[name])]).toEqual([name, stated(here)]);
  }
});

test('both outputs of the original are there', () => {
  const { output } = synthesize(environments.dev);
  expect(output.kinesis_stream_name).toBeDefined();
  expect(output.kinesis_stream_arn).toBeDefined();
});

test("the docs' table of the record is the record", () => {
  const schema = readFileSync(join(__dirname, '../..', 'docs', 'schema.md'), 'utf8');
  const rows = RECORD_FIELDS.map(({ name, type, comment }) => `| ${name} | ${type} | ${comment} |`);
  expect(schema.split('\n').filter((line) => /^\| [a-z_]+ \| string/.test(line))).toEqual(rows);
});
