import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsTarget, checkRegion } from './identity';

describe("a region that isn't the stack's is refused with the fix", () => {
  const stack = { provider: { aws: [{ region: 'us-east-1' }] } };

  test('of the shell; locally any will do', async () => {
    await expect(checkRegion(stack, { AWS_REGION: 'eu-west-1' })).rejects.toThrow(
      /AWS_REGION is eu-west-1.*us-east-1: set LAKEHOUSE_REGION=eu-west-1/,
    );
    await expect(checkRegion(stack, { AWS_DEFAULT_REGION: 'eu-west-1' })).rejects.toThrow(
      /AWS_DEFAULT_REGION is eu-west-1/,
    );
    await checkRegion(stack, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'eu-west-1' });
    await checkRegion(stack, { AWS_REGION: 'eu-west-1', LAKEHOUSE_ENV: 'local' });
    await checkRegion({ provider: { aws: [{}] } }, { AWS_REGION: 'eu-west-1' });
  });

  test('of the profile, where the shell has none; a profile that is not there is told with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'identity-'));
    const before = process.env.AWS_CONFIG_FILE;
    process.env.AWS_CONFIG_FILE = join(folder, 'aws-config');
    writeFileSync(
      process.env.AWS_CONFIG_FILE,
      '[default]\nregion = eu-central-1\n[profile home]\nregion = us-east-1\n',
    );
    try {
      await expect(checkRegion(stack, {})).rejects.toThrow(
        /^the region of the profile "default" is eu-central-1, the stack is configured for us-east-1: set LAKEHOUSE_REGION=eu-central-1 .*or AWS_REGION=us-east-1\.$/,
      );
      await checkRegion(stack, { AWS_PROFILE: 'home' });
      await checkRegion(stack, { AWS_PROFILE: 'nope' });
      await checkRegion(stack, { AWS_REGION: 'us-east-1' });
      await expect(awsTarget(stack, { AWS_PROFILE: 'nope' })).rejects.toThrow(
        'can\'t tell which AWS account this is: the profile "nope" (AWS_PROFILE) has no credentials: name one that "aws configure list-profiles" shows, or log in with it.',
      );
    } finally {
      process.env.AWS_CONFIG_FILE = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('STS is asked through the proxy that the environment names', async () => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => socket.destroy() && asked.push(String(request.url)));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
  const { port } = proxy.address() as AddressInfo;
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  Object.assign(process.env, credentials, { HTTPS_PROXY: `http://127.0.0.1:${port}` });
  try {
    const stack = { provider: { aws: [{ region: 'eu-west-1' }] } };
    await expect(awsTarget(stack, process.env)).rejects.toThrow("can't tell which AWS account this is");
    expect(asked[0]).toBe('sts.eu-west-1.amazonaws.com:443');
  } finally {
    process.env = before;
    proxy.close();
  }
});
