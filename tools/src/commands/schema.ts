#!/usr/bin/env node
import * as fs from 'node:fs';
import { Command } from 'commander';
import { inferSchema } from '../schema/infer';
import { runCommand } from './run';

const program = new Command('schema')
  .description('Infer the columns of a table, and the SerDe that fits, from a sample of records.')
  .argument('<file>', 'the sample, one JSON object a line; - reads stdin')
  .option('--json', 'print what was inferred as JSON')
  .action((file: string, flags: { json?: boolean }) => {
    const schema = inferSchema(fs.readFileSync(file === '-' ? 0 : file, 'utf8'));
    if (flags.json === true) {
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
      return;
    }
    const columns = JSON.stringify(schema.columns).replaceAll("'", "'\\''");
    console.log(`export LAKEHOUSE_COLUMNS='${columns}'`);
    console.log(`export LAKEHOUSE_JSON_DESERIALIZER=${schema.deserializer}`);
    console.error(
      `From ${schema.records} records. Put both into the environment's file to keep them (docs/settings.md).`,
    );
    for (const note of schema.notes) console.error(`  ${note}`);
  });

void runCommand(program);
