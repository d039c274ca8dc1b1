import { lakehouseApp } from './stacks/app';
import { ConfigError } from './stacks/config/config-error';
import { loadConfiguration } from './stacks/config/load';

try {
  lakehouseApp(loadConfiguration(process.env)).synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
