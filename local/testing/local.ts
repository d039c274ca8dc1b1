import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEndpoint, LocalOptions } from '../src';
import { Clients, configOf } from './clients';

export interface LocalFixtureOptions extends Partial<Omit<LocalOptions, 'port' | 'log'>> {
  /** Whether each test has an endpoint of its own. @default one for all tests of the file, or of the `describe` */
  readonly each?: boolean;
  /** Faults that the endpoint may log; any other one fails the tests at their end. @default none */
  readonly faults?: RegExp;
}

/** An endpoint in this process, on a free port with a temporary data directory, and its owner's clients. */
export class Local extends Clients {
  /** Faults that the endpoint logged since it started. */
  faults: string[] = [];
  private running: LocalEndpoint | undefined;
  private folder = '';

  constructor(private readonly options: LocalFixtureOptions = {}) {
    // The address is read for each request: clients may be made before the endpoint starts, and outlive it.
    super(configOf(async () => addressOf(this.url)));
  }

  get url(): string {
    return this.endpoint.url;
  }

  get dataDir(): string {
    return this.folder;
  }

  async start(): Promise<this> {
    this.folder = this.options.dataDir ?? mkdtempSync(join(tmpdir(), 'lakehouse-test-'));
    this.faults = [];
    this.running = await this.startOn(0);
    return this;
  }

  /** Stops and starts again on the same data directory and port, as after a reboot. */
  async restart(): Promise<void> {
    const { port } = this.endpoint;
    await this.endpoint.close();
    this.running = await this.startOn(port);
  }

  /** Stops, and removes the data directory unless it was given. @throws if the endpoint logged a fault */
  async close(): Promise<void> {
    this.destroy();
    await this.running?.close();
    this.running = undefined;
    if (this.options.dataDir === undefined) rmSync(this.folder, { recursive: true, force: true });
    const faults = this.faults.filter((fault) => !this.options.faults?.test(fault));
    if (faults.length > 0) throw new Error(`The endpoint logged: ${faults.join('; ')}`);
  }

  private get endpoint(): LocalEndpoint {
    if (this.running === undefined) throw new Error('The endpoint runs while tests do: ask in a test or in beforeAll.');
    return this.running;
  }

  private startOn(port: number): Promise<LocalEndpoint> {
    const { startLocal } = require('../src') as typeof import('../src');
    const { each: _, faults: __, ...options } = this.options;
    const { faults } = this;
    return startLocal({ ...options, port, dataDir: this.folder, log: (line) => faults.push(line) });
  }
}

function addressOf(url: string) {
  const { protocol, hostname, port } = new URL(url);
  return { protocol, hostname, port: Number(port), path: '/' };
}

/**
 * The fixture of all tests that need an endpoint, which runs during the tests of the file (or of the calling
 * `describe`). Its clients may be taken at once; they work in `beforeAll` and in tests.
 *
 *     const local = localFixture({ clock: new TestClock() });
 *     const { kinesis } = local;
 *     beforeAll(() => local.stream('events', 2));
 */
export function localFixture(options: LocalFixtureOptions = {}): Local {
  return whileTested(new Local(options), options.each);
}

/** Starts a part before the tests, and closes it after them. @param each whether for each test. @default false */
export function whileTested<T extends { start(): Promise<unknown>; close(): Promise<void> }>(part: T, each = false): T {
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    await part.start();
  });
  after(() => part.close());
  return part;
}
