import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ProduceOptions, produce } from 'lakehouse-producer';
import { StandIn } from './stand-in';

/** Servers that stop after their test; each test has an environment without proxies and settings of others. */
export function serversFixture() {
  const before = { ...process.env };
  let opened: { stop(): Promise<void> }[] = [];

  beforeEach(() => {
    for (const name of Object.keys(process.env))
      if (/^(AWS|KINESIS|LAKEHOUSE)_|_proxy$/i.test(name)) delete process.env[name];
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
    Object.assign(process.env, credentials, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
  });
  afterEach(async () => {
    await Promise.all(opened.map((server) => server.stop()));
    opened = [];
    process.env = { ...before };
  });

  return {
    /** Starts a server. @param prepare adds listeners. @returns its URL */
    async serve(handler: RequestListener, prepare: (server: Server) => void = () => {}): Promise<string> {
      const server = createServer(handler);
      prepare(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      opened.push({
        stop: () => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(() => resolve()));
        },
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },

    async standIn(): Promise<StandIn> {
      const started = await StandIn.start();
      opened.push(started);
      return started;
    },
  };
}

/** Sends 20 events to the stream `events`, unless the options say otherwise. */
export const send = (options: ProduceOptions) => produce({ streamName: 'events', amount: 20, ...options });
