import type { DemoClients } from './clients';

/** Where and for how long the demo waits for what happens, and whom it tells. */
export interface Watch {
  readonly clients: DemoClients;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly say: (text: string) => void;
}
