import { createKinesisClient } from 'lakehouse-producer';
import { isAwsHost } from '../src/send/local-only';
import { send, serversFixture } from './servers';

/* The stream that a run goes to: by its ARN, on this machine alone, or at a named endpoint. */

const { serve, standIn } = serversFixture();

describe('a stream given as an ARN', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/events';

  test('is named so in the request, in its own region and account', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.on('data', (piece) => bodies.push(String(piece)));
      const region = String(request.headers.authorization).split('/')[2];
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        bodies.push(String(region));
        const Records = Array.from({ length: 20 }, () => ({ SequenceNumber: '1', ShardId: 's' }));
        response.end(JSON.stringify({ StreamDescriptionSummary: { OpenShardCount: 1 }, Records }));
      });
    });
    expect(await send({ streamName: arn, endpoint: url })).toMatchObject({ delivered: 20 });
    const said = bodies.join('\n');
    expect(said).toContain(`{"StreamARN":"${arn}"}`);
    expect(said).toContain(`{"StreamARN":"${arn}","Records":[`);
    expect(said).not.toContain('StreamName');
    expect(said).toContain('\neu-west-1');
  });

  test('is refused when it is no stream, or in another region than the one asked for', async () => {
    await expect(send({ streamName: 'arn:aws:s3:::bucket' })).rejects.toThrow('is not the ARN of a stream');
    await expect(send({ streamName: arn, region: 'us-east-1' })).rejects.toThrow('in eu-west-1 by its ARN');
  });
});

describe('a local stream', () => {
  test.each([
    { streamName: 'events', localOnly: true },
    { streamName: 'arn:aws:kinesis:us-east-1:000000000000:stream/events' },
    { streamName: 'events', localOnly: true, endpoint: 'https://vpce-1.kinesis.us-east-1.vpce.amazonaws.com' },
  ])('is never looked for on AWS: %o', async (options) => {
    // Requests that leave despite the check.
    const seen: string[] = [];
    process.env.HTTPS_PROXY = await serve(
      () => {},
      (server) => server.on('connect', (request, socket) => socket.destroy() && seen.push(String(request.url))),
    );
    const result = await send(options);
    expect(result).toMatchObject({ outcome: 'denied', code: 'NotLocal', failed: 20 });
    expect(result.problem).toMatch(/would go to \S+amazonaws\.com/);
    expect(seen).toEqual([]);
  });

  test('is sent to at the endpoint that AWS_ENDPOINT_URL names', async () => {
    const kinesis = await standIn();
    process.env.AWS_ENDPOINT_URL = kinesis.endpoint;
    expect(await send({ localOnly: true })).toMatchObject({ delivered: 20 });
  });

  test.each(['us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1', 'us-isob-east-1'])(
    'knows the host of %s as AWS’s',
    async (region) => {
      const client = createKinesisClient({ region });
      let hostname = '';
      client.middlewareStack.add(
        () => (args) => {
          hostname = (args.request as { hostname: string }).hostname;
          throw new Error('seen');
        },
        { step: 'build', priority: 'low' },
      );
      const { ListStreamsCommand } = await import('@aws-sdk/client-kinesis');
      await expect(client.send(new ListStreamsCommand({}))).rejects.toThrow('seen');
      expect([hostname, isAwsHost(hostname)]).toEqual([hostname, true]);
    },
  );
});
