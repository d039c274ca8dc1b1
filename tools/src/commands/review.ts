#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Option } from 'commander';
import { planPath } from '../cycle/saved-plan';
import { synthesizedStack } from '../cycle/synth';
import { parsePlan } from '../plan/parse';
import { toHtml } from '../review/formats/html';
import { toJson } from '../review/formats/json';
import { toMarkdown } from '../review/formats/markdown';
import { toSarif } from '../review/formats/sarif';
import { toTerminal } from '../review/formats/terminal';
import { gateFailures, parseGates } from '../review/gates';
import type { Review } from '../review/model';
import { type ReviewOptions, reviewPlan, reviewPlanFile } from '../review/review';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import type { JsonObject } from '../shared/json';
import {
  type CycleFlags,
  cycleCommand,
  cycleOptions,
  printReview,
  reviewOptionsOf,
  type WorkloadFlags,
  withGates,
  withWorkload,
} from './flags';
import { runCommand } from './run';

const FORMATS = { markdown: toMarkdown, json: toJson, html: toHtml, sarif: toSarif } as const;

type Flags = CycleFlags &
  WorkloadFlags & {
    format: 'terminal' | keyof typeof FORMATS;
    output?: string;
    full?: boolean;
    failOn: string[];
    json?: string;
    chdir?: string;
  };

const program = withWorkload(withGates(cycleCommand('review', 'Review a saved plan; changes nothing.')))
  .addOption(
    new Option('-f, --format <format>', 'what to write')
      .choices(['terminal', ...Object.keys(FORMATS)])
      .default('terminal'),
  )
  .option('-o, --output <file>', 'write to a file instead of stdout')
  .option('--full', 'show computed attributes and accepted findings too')
  .option('--json <file>', 'review the output of "terraform show -json PLAN"; - reads stdin')
  .option('--chdir <folder>', 'review --plan-file of another Terraform project, whose folder this is')
  .action(async (flags: Flags) => {
    const gates = parseGates(flags.failOn);
    const review = await reviewOf(flags);
    write(review, flags);
    const failures = gateFailures(review, gates);
    for (const failure of failures) console.error(`review: --fail-on ${failure.gate}: ${failure.reason}.`);
    process.exitCode = failures[0]?.exitCode ?? ExitCode.ok;
  });

async function reviewOf(flags: Flags): Promise<Review> {
  const options = cycleOptions(flags);
  const review = reviewOptionsOf(options.projectDir, flags);
  if (flags.json !== undefined) {
    return reviewPlan(parsePlan(fs.readFileSync(flags.json === '-' ? 0 : flags.json)), review);
  }
  if (flags.chdir !== undefined) {
    if (flags.planFile === undefined) throw new ToolError('--chdir needs --plan-file.', ExitCode.usage);
    return reviewPlanFile(flags.planFile, { workdir: flags.chdir }, { ...review, ...synthesizedIn(flags.chdir) });
  }
  // The stack as synthesized for the plan: the code may have changed since.
  const stack = synthesizedStack(options);
  const planFile = planPath(options, stack.name);
  if (!fs.existsSync(planFile)) {
    throw new ToolError('there is no saved plan to review: run "npm run plan" first.', ExitCode.prerequisite);
  }
  const withSource: ReviewOptions = { ...review, synthesized: stack.synthesized };
  return reviewPlanFile(planFile, { workdir: stack.workdir, env: options.env }, withSource);
}

// Construct paths and policies from a folder that cdktf synthesized; other Terraform projects have none.
function synthesizedIn(folder: string): Pick<ReviewOptions, 'synthesized'> {
  const file = path.join(folder, 'cdk.tf.json');
  return fs.existsSync(file) ? { synthesized: JSON.parse(fs.readFileSync(file, 'utf8')) as JsonObject } : {};
}

function write(review: Review, flags: Flags): void {
  if (flags.format === 'terminal' && flags.output === undefined) {
    printReview(review, 'whole', { full: flags.full === true });
    return;
  }
  const text =
    flags.format === 'terminal' ? toTerminal(review, { full: flags.full === true }) : FORMATS[flags.format](review);
  if (flags.output === undefined) process.stdout.write(text);
  else fs.writeFileSync(flags.output, text);
}

void runCommand(program);
