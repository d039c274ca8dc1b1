import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Clients, configOf, eventually } from 'lakehouse-local/testing';
import { isAlive, startProcess } from 'lakehouse-local/testing/process';

test('a kill -9 of the endpoint leaves neither a function that never ends nor what it started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-orphans-'));
  const endpoint = await startProcess(join(folder, 'data'));
  try {
    const clients = new Clients(configOf(endpoint.url));
    const file = join(folder, 'pids');
    const code = `exports.handler = () => {
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync(process.env.PIDS, process.pid + ' ' + child.pid);
      for (;;);
    };`;
    await clients.function('endless', await clients.functionRole('endless'), code, {
      Timeout: 900,
      Environment: { Variables: { PIDS: file } },
    });
    await clients.lambda.send(new InvokeCommand({ FunctionName: 'endless', InvocationType: 'Event' }));
    const pids = await eventually(async () => existsSync(file) && readFileSync(file, 'utf8').split(' ').map(Number));
    expect(pids.map(isAlive)).toEqual([true, true]);
    await endpoint.kill();
    await eventually(async () => !pids.some(isAlive));
    clients.destroy();
  } finally {
    await endpoint.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 40_000);
