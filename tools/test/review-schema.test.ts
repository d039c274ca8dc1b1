import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpProviders, terraform } from 'lakehouse-tools';
import { awsDataTypes } from '../src/review/data/types';

/** A block of a provider's schema, as `terraform providers schema -json` has it. */
interface Block {
  readonly attributes?: Readonly<Record<string, { readonly sensitive?: boolean; readonly nested_type?: Block }>>;
  readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}
type Schemas = Readonly<Record<string, { readonly block: Block }>>;

let resources: Schemas;
let dataSources: Schemas;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provider-schema-'));
  try {
    const aws = { source: 'hashicorp/aws', version: '5.100.0' };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: { aws } } }));
    const { env } = setUpProviders({ providers: [aws], projectDir: join(__dirname, '../..') });
    const options = { workdir: folder, env: { ...process.env, ...env } };
    expect((await terraform(['init', '-input=false'], options)).code).toBe(0);
    const { stdout } = await terraform(['providers', 'schema', '-json'], options);
    const schema = JSON.parse(stdout).provider_schemas['registry.terraform.io/hashicorp/aws'];
    resources = schema.resource_schemas;
    dataSources = schema.data_source_schemas;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test("every resource type of the provider's schema stands in one list of the data table, and no other does", () => {
  const { holds, settings, none } = awsDataTypes();
  const listed = [...Object.keys(holds), ...settings, ...none];
  expect(Object.keys(resources).length).toBeGreaterThan(1500);
  expect(listed.filter((type, index) => listed.indexOf(type) !== index)).toEqual([]);
  expect(Object.keys(resources).filter((type) => !listed.includes(type))).toEqual([]);
  expect(listed.filter((type) => resources[type] === undefined)).toEqual([]);
});

function sensitivePaths({ attributes = {}, block_types: blocks = {} }: Block, prefix: string[] = []): string[] {
  const path = (name: string) => [...prefix, name];
  return [
    ...Object.entries(attributes).flatMap(([name, attribute]) => [
      ...(attribute.sensitive === true ? [path(name).join('.')] : []),
      ...(attribute.nested_type === undefined ? [] : sensitivePaths(attribute.nested_type, path(name))),
    ]),
    ...Object.entries(blocks).flatMap(([name, { block }]) => sensitivePaths(block, path(name))),
  ].sort();
}

test("the sensitive attributes that old plans are masked by are those of the provider's schema", () => {
  const table = JSON.parse(readFileSync(join(__dirname, '../data/aws-sensitive-attributes.json'), 'utf8'));
  const of = (schemas: Schemas) =>
    Object.fromEntries(
      Object.entries(schemas)
        .map(([type, { block }]) => [type, sensitivePaths(block)] as const)
        .filter(([, paths]) => paths.length > 0),
    );
  expect(table.managed).toEqual(of(resources));
  expect(table.data).toEqual(of(dataSources));
});
