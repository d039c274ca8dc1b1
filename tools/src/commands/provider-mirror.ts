#!/usr/bin/env node
import { Command } from 'commander';
import { synthesize } from '../cycle/synth';
import { setUpProviders } from '../terraform/provider-step';
import { requiredProviders } from '../terraform/synthesized';
import { cycleOptions } from './flags';
import { runCommand } from './run';

const program = new Command('provider-mirror')
  .description('Print the lines that let plain terraform and cdktf use the mirror that plan and apply use.')
  .option('--stack <name>', 'the stack (default: lakehouse-$LAKEHOUSE_ENV)')
  .action(async (flags: { stack?: string }) => {
    const options = cycleOptions(flags);
    const { projectDir } = options;
    const stack = await synthesize({ ...options, log: () => undefined });
    const { env, mode, mirrors } = setUpProviders({ providers: requiredProviders(stack.synthesized), projectDir });
    for (const mirror of mirrors) console.error(`${mirror.sources.join(', ')}: ${mirror.path}`);
    if (env.TF_CLI_CONFIG_FILE !== undefined) {
      console.log(`export TF_CLI_CONFIG_FILE=${shellQuoted(env.TF_CLI_CONFIG_FILE)}`);
      // The plugin cache that cdktf sets, ~/.terraform.d/plugin-cache, may be this mirror: Terraform refuses to install
      // a folder into itself.
      console.log('export CDKTF_DISABLE_PLUGIN_CACHE_ENV=1');
      if ('TF_PLUGIN_CACHE_DIR' in env) console.log('unset TF_PLUGIN_CACHE_DIR');
    } else
      console.error(mode === 'user' ? 'Your own CLI configuration is used.' : 'No mirror found: Terraform downloads.');
  });

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

void runCommand(program);
