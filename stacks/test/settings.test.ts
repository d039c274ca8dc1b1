import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lakehouseApp } from '../app';
import { ConfigError } from '../config/config-error';
import { loadConfiguration } from '../config/load';
import { variableOf } from '../config/overrides';
import { settingsSchema } from '../config/schema';
import { settingsDocument } from '../docs';
import { faultsOf, only, synthesize, temporaryFolder } from './support';

function faults(variables: Record<string, string>): string[] {
  try {
    loadConfiguration(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

describe('docs/settings.md', () => {
  const document = readFileSync(join(__dirname, '../..', 'docs', 'settings.md'), 'utf8');

  test('is what the schema says: run "npm run docs:settings" after a change of it', () => {
    expect(document).toBe(settingsDocument());
  });

  test('has every setting with its variable and a description', () => {
    for (const name of Object.keys(settingsSchema.shape)) {
      const row = document.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row?.split('|')[4]?.trim()).toMatch(/\w{3}/);
      if (name !== 'dataDeletion') expect(row).toContain(`\`${variableOf(name)}\``);
    }
  });
});

describe('variables', () => {
  test.each([
    ['LAKEHOUSE_SHARD_COUTN', 'LAKEHOUSE_SHARD_COUNT'],
    ['LAKEHOUSE_SHARDCOUNT', 'LAKEHOUSE_SHARD_COUNT'],
    ['LAKEHOUSE_RETENTION_PERIODS', 'LAKEHOUSE_RETENTION_PERIOD'],
    ['LAKEHOUSE_BUCKET_VERSIONNING', 'LAKEHOUSE_BUCKET_VERSIONING'],
    ['LAKEHOUSE_EVN', 'LAKEHOUSE_ENV'],
    ['LAKEHOUSE_ALLOW_DATA_DELETE', 'LAKEHOUSE_ALLOW_DATA_DELETION'],
  ])('%s is refused, with %s as the nearest name', (name, meant) => {
    expect(faults({ [name]: '1' })).toEqual([`${name} = "1": names no setting: is ${meant} meant?`]);
  });

  test('one that is near to none is refused too; those of other tools pass', () => {
    expect(faults({ LAKEHOUSE_WHATEVER_ELSE: 'x' })).toEqual([
      'LAKEHOUSE_WHATEVER_ELSE = "x": names no setting: docs/settings.md lists them',
    ]);
    expect(faults({ LAKEHOUSE_PROVIDER_MIRROR: '/m', LAKEHOUSE_OUTPUTS: 'o', LAKEHOUSE_LOCAL_PORT: '1' })).toEqual([]);
  });

  test("a typo in the environment's name gives one line, whatever the endpoint", () => {
    expect(faults({ LAKEHOUSE_ENV: 'locl', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toEqual([
      'LAKEHOUSE_ENV = "locl": must be one of local, dev, prod: is local meant?',
    ]);
  });

  test.each([
    [
      'LAKEHOUSE_COLUMNS',
      '[{"name": "a", "type": "int"',
      /^LAKEHOUSE_COLUMNS = .*: must be a JSON list of columns such as .*: it is no JSON/,
    ],
    ['LAKEHOUSE_COLUMNS', 'a,b', /^columns\[0\] = "a": must be object, in a JSON list of columns such as \[\{"name"/],
    ['LAKEHOUSE_COLUMNS', '[{"name": "a"}]', /^columns\[0\]\.type: is missing: columns must be a JSON list/],
    ['LAKEHOUSE_COLUMNS', '[{"name": "a", "type": "int", "typo": 1}]', /^columns\[0\] = .*: must not have typo/],
    ['LAKEHOUSE_COLUMNS', '{"name": "a", "type": "int"}', /^columns = .*: must be a JSON list of columns such as/],
    [
      'LAKEHOUSE_TAGS',
      'Team=data',
      /^LAKEHOUSE_TAGS = "Team=data": must be a JSON object such as \{"Team": "data"\}: it is no JSON/,
    ],
    ['LAKEHOUSE_TAGS', '["a"]', /^tags = \["a"\]: must be a JSON object such as/],
  ])('%s=%s fails with the key and the expected form', (name, value, line) => {
    const [first] = faults({ [name]: value });
    expect(first).toMatch(line);
    expect(first).not.toMatch(/Invalid input|undefined/);
  });
});

describe('two lakehouses in one checkout', () => {
  const stackOf = (variables: Record<string, string>) => {
    const folder = temporaryFolder();
    try {
      const app = lakehouseApp(loadConfiguration(variables), { outdir: folder.path });
      return app.node.children.map(({ node }) => node.id);
    } finally {
      folder.remove();
    }
  };

  test("a second one's stack, and so its state, is called by its name; the first one's is found as before", () => {
    expect(stackOf({})).toEqual(['lakehouse-dev']);
    expect(stackOf({ LAKEHOUSE_ENV: 'prod' })).toEqual(['lakehouse-prod']);
    expect(stackOf({ LAKEHOUSE_APP_NAME: 'iot' })).toEqual(['lakehouse-dev-iot']);
    expect(stackOf({ LAKEHOUSE_ENV: 'prod', LAKEHOUSE_APP_NAME: 'iot', LAKEHOUSE_STACK: 'state' })).toEqual([
      'lakehouse-state-prod-iot',
    ]);
    expect(stackOf({ LAKEHOUSE_APP_NAME: 'kinesis-rd' })).toEqual(['lakehouse-dev']);
    expect(stackOf({ LAKEHOUSE_APP_NAME: '' })).toEqual(['lakehouse-dev']);
  });
});

describe('timestamp formats of the Hive SerDe', () => {
  const serde = (input: object) => {
    const block = only(synthesize(input), 'aws_kinesis_firehose_delivery_stream') as never as {
      extended_s3_configuration: {
        data_format_conversion_configuration: { input_format_configuration: { deserializer: object } };
      };
    };
    return block.extended_s3_configuration.data_format_conversion_configuration.input_format_configuration.deserializer;
  };

  test('are left out by default, and given as they are set', () => {
    expect(serde({})).toEqual({ hive_json_ser_de: {} });
    const formats = ["yyyy-MM-dd'T'HH:mm:ss'Z'", 'millis'];
    expect(serde({ timestampFormats: formats })).toEqual({ hive_json_ser_de: { timestamp_formats: formats } });
  });

  test('are refused where no Hive SerDe reads them', () => {
    expect(faultsOf({ timestampFormats: ['millis'], jsonDeserializer: 'openx' })).toMatchObject([
      { key: 'timestampFormats' },
    ]);
  });
});

test('a profile that ignores configured endpoints is refused for a local stack, and only where it is the one in use', () => {
  const folder = temporaryFolder();
  const AWS_CONFIG_FILE = join(folder.path, 'config');
  writeFileSync(
    AWS_CONFIG_FILE,
    '[default]\nregion = us-east-1\n[profile work]\nignore_configured_endpoint_urls = True\n',
  );
  const variables = { LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_CONFIG_FILE };
  expect(faults(variables)).toEqual([]);
  expect(faults({ ...variables, AWS_PROFILE: 'work' }).join('\n')).toMatch(
    /ignore_configured_endpoint_urls.*calls would go to AWS/,
  );
  expect(faults({ LAKEHOUSE_ENV: 'dev', AWS_CONFIG_FILE, AWS_PROFILE: 'work' })).toEqual([]);
  folder.remove();
});
