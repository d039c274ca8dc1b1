// Runs the review's verdict on every setting of the stack, where the usual run looks at the telling ones.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const env = { ...process.env, REVIEW_SETTINGS: 'all' };
process.exitCode =
  spawnSync(process.execPath, [jest, '--runInBand', 'review-settings'], { env, stdio: 'inherit' }).status ?? 1;
