import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from 'lakehouse-local/testing/process';

/**
 * Starts the built console on an endpoint.
 * @param folder where its outputs file is written
 * @param outputs outputs of the stack that it shows
 */
export function startConsole(folder: string, endpoint: string, outputs: object): ReturnType<typeof startServer> {
  const file = join(folder, 'outputs.json');
  writeFileSync(file, JSON.stringify({ 'lakehouse-local': outputs }));
  return startServer('console/dist/server/cli.js', ['--port', '0', '--outputs', file], {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}
