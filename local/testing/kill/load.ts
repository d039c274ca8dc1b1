import { Clients, configOf } from '..';
import { Lake } from '../delivery';

/** Clients without retries, since the endpoint may be killed at any moment. */
export class LoadClients extends Lake {
  constructor(
    endpoint: string,
    readonly dataDir: string,
  ) {
    super(new Clients(configOf(endpoint, { maxAttempts: 1 })));
  }

  get athena() {
    return this.clients.athena;
  }
  get alarms() {
    return this.clients.cloudwatch;
  }

  close(): void {
    this.clients.destroy();
  }
}

/** One kind of load during the kills, with a model of its acknowledged results. */
export interface Load {
  readonly name: string;
  prepare?(clients: LoadClients): Promise<void>;
  /** Runs until the endpoint is gone, and then throws {@link Gone}. */
  run(clients: LoadClients, cycle: number): Promise<void>;
  /** Compares the state after a restart with the model. @returns violations, one sentence each */
  check(clients: LoadClients): Promise<string[]>;
  /** Checks everything after the last restart, as {@link check} does. */
  finish?(clients: LoadClients): Promise<string[]>;
}

/** The endpoint was killed before it answered: the request may have been executed or not. */
export class Gone extends Error {}

/** @throws Gone where there was no answer; the error where there was one. */
export async function answer<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw new Gone();
    throw error;
  }
}

/** Named values, each set by one caller at a time; undefined means missing. */
export class Registers {
  private readonly sure = new Map<string, string>();
  private readonly asked = new Map<string, string | undefined>();

  get(name: string): string | undefined {
    return this.sure.get(name);
  }

  /** Sets a value by a call. @throws Gone, after which the value may be set or not */
  async set(name: string, value: string | undefined, call: () => Promise<unknown>): Promise<void> {
    this.asked.set(name, value);
    await answer(call());
    this.settle(name, value);
  }

  /** @returns a sentence for each value that is neither the one acknowledged nor the one that was under way. */
  check(found: ReadonlyMap<string, string>): string[] {
    const problems: string[] = [];
    for (const name of new Set([...this.sure.keys(), ...this.asked.keys(), ...found.keys()])) {
      const [now, before] = [found.get(name), this.sure.get(name)];
      const isAsked = this.asked.has(name) && now === this.asked.get(name);
      if (now !== before && !isAsked)
        problems.push(`${name} is ${now ?? 'gone'}, acknowledged was ${before ?? 'nothing'}`);
      this.settle(name, now);
    }
    return problems;
  }

  private settle(name: string, value: string | undefined): void {
    this.asked.delete(name);
    if (value === undefined) this.sure.delete(name);
    else this.sure.set(name, value);
  }
}

/** A whole number from 0 on, below a bound. */
export const anyOf = (bound: number): number => Math.floor(Math.random() * bound);
