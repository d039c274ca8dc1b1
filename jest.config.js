// One jest for the repo. Sources are compiled by swc, which checks no types: `npm run check` does that.
// The packages resolve to their sources, so a test never runs against a stale build; tests that start a CLI use
// dist/, which `npm test` builds first.
// Tests talk to loopback alone: nothing of the caller's AWS setup reaches them, and no call leaves the machine.
const inherited = /^(AWS_|LAKEHOUSE_(?!PROVIDER_MIRROR)|KINESIS_STREAM_NAME)/;
for (const name of Object.keys(process.env)) if (inherited.test(name)) delete process.env[name];
Object.assign(process.env, {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  CHECKPOINT_DISABLE: '1',
  // Terraform and its provider spend a fifth of their time collecting garbage that a short command need not collect.
  GOGC: '400',
});

module.exports = {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/__tests__',
    '<rootDir>/stacks',
    '<rootDir>/consumers',
    '<rootDir>/producer',
    '<rootDir>/local',
    '<rootDir>/tools',
    '<rootDir>/console',
  ],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/cdktf.out/'],
  moduleNameMapper: {
    '^lakehouse-producer$': '<rootDir>/producer/src/index.ts',
    '^lakehouse-producer/record-fields$': '<rootDir>/producer/src/record/fields.ts',
    '^lakehouse-producer/stack-name$': '<rootDir>/producer/src/stack-name.ts',
    '^lakehouse-producer/proxy$': '<rootDir>/producer/src/send/proxy.ts',
    '^lakehouse-local$': '<rootDir>/local/src/index.ts',
    '^lakehouse-local/testing$': '<rootDir>/local/testing/index.ts',
    '^lakehouse-local/testing/(.*)$': '<rootDir>/local/testing/$1.ts',
    '^lakehouse-tools$': '<rootDir>/tools/src/index.ts',
  },
  transform: {
    '^.+\\.ts$|/node_modules/hyparquet.*\\.js$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Parquet's reader is published as ES modules only, which jest's require can't load as they are.
  transformIgnorePatterns: ['/node_modules/(?!hyparquet)'],
  // Two cores: one runs the test, the other the server, Terraform or browser that it drives.
  maxWorkers: 2,
  testSequencer: '<rootDir>/__tests__/support/sequencer.cjs',
  testTimeout: 30_000,
};
