// Runs the review's verdict on every setting of the stack, where the usual run looks at the telling ones.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest.js');
const env = { ...process.env, REVIEW_SETTINGS: 'all' };
process.exitCode =
  spawnSync(process.execPath, [jest, '--runInBand', 'review-settings'], { env, stdio: 'inherit' }).status ?? 1;
