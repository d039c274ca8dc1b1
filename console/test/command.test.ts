import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(__dirname, '../dist/server/cli.js');

test('the command says what is missing: no outputs file, exit code 1', () => {
  const start = () => execFileSync(process.execPath, [CLI, '--outputs', 'no-such-file.json'], { stdio: 'pipe' });
  expect(start).toThrow(/There is no no-such-file\.json\. Apply the stack first/);
});
