import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { eventually } from './eventually';
import { stopServer } from './process';

/** Whether Python's moto, an independent emulator of AWS, is installed with its server. */
export const hasMoto = spawnSync('python3', ['-c', 'import moto.server, flask'], { stdio: 'ignore' }).status === 0;
if (!hasMoto) process.stderr.write('\n*** NOT tested against moto: `pip install "moto[server]"` for that. ***\n\n');

/** Starts moto's server on a free port, and waits until it answers. */
export async function startMoto(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  const stop = () => stopServer(child);
  await eventually(answers, 60_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

/** A free port, since moto doesn't report the port it chose. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
