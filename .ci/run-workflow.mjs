// Runs .github/workflows/lakehouse.yml as far as that goes without GitHub: `npm run test:workflow`. A pull request and a
// merge of it, each step's script verbatim in bash, with the real Terraform, on an endpoint on a free port; each job has
// a checkout of its own, and the state is in a bucket. Of the actions, the artifact's are done here, and `gh` is a program
// that keeps the comment. LAKEHOUSE_ENV is local in place of prod.
// Exit code: 0 when the comment holds the review, the plan of one job is what the other applies, and the next pull
// request is told that nothing changes; 1 otherwise.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { endpointEnvironment, linkedCheckout, project, startScratch } from './scratch.mjs';

const workflow = parse(fs.readFileSync(path.join(project, '.github/workflows/lakehouse.yml'), 'utf8'));
const { folder, url, run } = await startScratch('run-workflow');
const BUCKET = 'workflow-state';
const vars = {
  LAKEHOUSE_PLAN_ROLE: 'arn:aws:iam::000000000000:role/plan',
  LAKEHOUSE_APPLY_ROLE: 'arn:aws:iam::000000000000:role/apply',
  LAKEHOUSE_STATE_BUCKET_NAME: BUCKET,
};
const artifact = path.join(folder, 'artifact');
const comment = path.join(folder, 'comment.md');

/** `gh pr comment … --body-file FILE`: keeps the file. */
const programs = path.join(folder, 'bin');
fs.mkdirSync(programs);
const gh = `#!/bin/sh\nwhile [ "$1" != --body-file ]; do shift; done\ncp "$2" "${comment}"\n`;
fs.writeFileSync(path.join(programs, 'gh'), gh, { mode: 0o755 });

/** The value of an expression: GitHub's operators that the workflow uses are JavaScript's. */
function evaluate(expression, contexts) {
  const code = expression.replaceAll('==', '===').replaceAll('!=', '!==');
  return new Function(...Object.keys(contexts), `return (${code});`)(...Object.values(contexts));
}

const filled = (text, contexts) =>
  String(text).replace(/\$\{\{(.*?)\}\}/g, (_all, expression) => String(evaluate(expression, contexts) ?? ''));

const filledAll = (values, contexts) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, filled(value, contexts)]));

/** What the artifact's actions do; others prepare what is there already. */
function act(uses, given, home) {
  if (uses.startsWith('actions/upload-artifact')) {
    if (given['include-hidden-files'] !== 'true') throw new Error('A folder whose name begins with a dot is hidden.');
    fs.cpSync(path.join(home, given.path), artifact, { recursive: true });
  } else if (uses.startsWith('actions/download-artifact')) {
    fs.cpSync(artifact, path.join(home, given.path), { recursive: true });
  }
}

function runStep(step, { home, contexts, env }) {
  const output = path.join(home, 'github-output');
  const summary = path.join(home, 'github-summary.md');
  for (const file of [output, summary]) if (!fs.existsSync(file)) fs.writeFileSync(file, '');
  // Dependencies are linked, and GitHub's shell is bash with these options.
  const script = filled(step.run, contexts).replace(/^npm ci$/m, ':');
  const done = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: home,
    env: {
      ...process.env,
      ...env,
      ...filledAll(step.env, contexts),
      ...endpointEnvironment(url),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      PATH: `${programs}:${process.env.PATH}`,
    },
    encoding: 'utf8',
  });
  const name = step.name ?? step.run;
  process.stdout.write(`${name}: ${done.status}\n`);
  if (done.status !== 0) throw new Error(`The step "${name}" ended with ${done.status}:\n${done.stdout}${done.stderr}`);
  if (step.id === undefined) return;
  const outputs = fs.readFileSync(output, 'utf8').trim().split('\n');
  contexts.steps[step.id] = { outputs: Object.fromEntries(outputs.map((line) => line.split('='))) };
}

let runs = 0;

/** Runs the jobs of an event in their order. @returns each job's checkout; undefined for one that is skipped */
function runEvent(event_name) {
  const repository = 'owner/name';
  const event = { pull_request: { number: 1, head: { repo: { full_name: repository } } } };
  const github = { event_name, event, repository, token: 'token', ref: 'refs/heads/main' };
  const needs = {};
  const homes = {};
  runs++;
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const contexts = { github, vars, needs, steps: { plan: { outputs: {} } } };
    contexts.env = filledAll(workflow.env, contexts);
    process.stdout.write(`\n${event_name}, ${name}\n`);
    if (!evaluate(job.if, contexts)) continue;
    const home = linkedCheckout(path.join(folder, `${name}-${runs}`));
    for (const step of job.steps) {
      if (step.if !== undefined && !evaluate(step.if, contexts)) continue;
      if (step.run !== undefined) runStep(step, { home, contexts, env: contexts.env });
      else act(step.uses, filledAll(step.with, contexts), home);
    }
    needs[name] = { outputs: filledAll(job.outputs, contexts) };
    homes[name] = home;
  }
  return homes;
}

function expect(text, wanted, what) {
  if (!text.includes(wanted)) throw new Error(`${what} lacks "${wanted}":\n${text}`);
}
const read = (file) => fs.readFileSync(file, 'utf8');

await run(async () => {
  await fetch(`${url}/${BUCKET}`, {
    method: 'PUT',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request' },
  });
  runEvent('pull_request');
  expect(read(comment), 'to create', 'The comment on the pull request');
  const { plan, apply } = runEvent('push');
  expect(read(path.join(plan, 'github-summary.md')), 'to create', "The plan job's summary, which the approvers read");
  expect(read(path.join(apply, 'outputs.json')), 'kinesis_stream_name', "The apply's outputs");
  const { apply: none } = runEvent('pull_request');
  if (none !== undefined) throw new Error('A pull request is applied.');
  expect(read(comment), 'No changes.', 'The comment on a pull request without changes');
  process.stdout.write(
    '\nThe review was a comment, and the plan that it showed was applied in a checkout of its own.\n',
  );
});
