// Tests the endpoint's Iceberg tables beside ClickHouse: `npm run test:interop`.
//
// chdb, ClickHouse in a process, has 550 MB: it is installed in a temporary folder for this run alone, from npm, without
// scripts. LAKEHOUSE_CHDB names a folder that has it already. There is none for Windows.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '3.4.0';
const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

function install() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lakehouse-interop-'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `chdb@${VERSION}`];
  const done = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (done.status !== 0) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw new Error('chdb could not be installed from npm.');
  }
  return folder;
}

const given = process.env.LAKEHOUSE_CHDB;
const folder = given ?? install();
try {
  const jest = path.join(path.dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
  const args = [jest, '--config', path.join(project, 'local/test/interop/jest.config.cjs'), '--runInBand'];
  const env = { ...process.env, CHDB_FOLDER: folder };
  const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  if (given === undefined) fs.rmSync(folder, { recursive: true, force: true });
}
