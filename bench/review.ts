/*
 * Duration of a review compared with its input: a plan of 5,000 resources, made by Terraform with its built-in
 * provider, is shown as JSON by `terraform show -json`, and that JSON reviewed and rendered in every format; then
 * synthetic plans of growing size, for the memory.
 *
 * npx tsx bench/review.ts
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { toHtml, toJson, toMarkdown, toSarif, toTerminal } from '../tools/src/index';
import { parsePlan } from '../tools/src/plan/parse';
import { reviewPlan } from '../tools/src/review/review';
import { syntheticPlan } from '../tools/test/synthetic-plan';

const seconds = (work: () => unknown): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const mb = (bytes: number) => (bytes / 1048576).toFixed(1);

function everything(json: Buffer | string): void {
  const review = reviewPlan(parsePlan(json));
  for (const render of [toTerminal, toMarkdown, toJson, toHtml, toSarif]) render(review);
}

function realPlan(): { show: number; json: Buffer } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'review-bench-'));
  try {
    const tags = Array.from({ length: 20 }, (_, tag) => `tag_${tag} = "value \${count.index}"`).join('\n');
    fs.writeFileSync(
      path.join(folder, 'main.tf'),
      `resource "terraform_data" "r" {\n count = 5000\n input = {\n${tags}\n}\n}\n`,
    );
    const terraform = (...args: string[]) =>
      execFileSync('terraform', args, { cwd: folder, maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
    terraform('init', '-input=false');
    terraform('plan', '-input=false', '-out=p');
    let json = Buffer.alloc(0);
    const show = seconds(() => {
      json = terraform('show', '-json', 'p');
    });
    return { show, json };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const { show, json } = realPlan();
const review = seconds(() => everything(json));
console.log(
  `5,000 resources, ${mb(json.length)} MB of JSON: terraform show -json ${show.toFixed(2)} s, review and all formats ${review.toFixed(2)} s`,
);

for (const count of [1000, 2000, 4000, 8000]) {
  const text = JSON.stringify(syntheticPlan(count));
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const held: unknown[] = [];
  const took = seconds(() => held.push(reviewPlan(parsePlan(text))));
  global.gc?.();
  const after = process.memoryUsage().heapUsed;
  const ratio = (after - before) / text.length;
  console.log(
    `${count} resources: plan ${mb(text.length)} MB, ${took.toFixed(2)} s, review holds ${(ratio / held.length).toFixed(2)} bytes a byte of plan`,
  );
}
