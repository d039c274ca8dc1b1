import type { DemoClients } from './clients';

/** Clients, deadline and output of the demo's waits. */
export interface Watch {
  readonly clients: DemoClients;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly say: (text: string) => void;
}
