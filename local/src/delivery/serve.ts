import { parentPort } from 'node:worker_threads';
import type { Reply } from './worker-thread';

/**
 * Serves a thread's jobs, one after the other.
 * @param prepare awaited before the first
 */
export async function serve<Ask, Answer>(
  work: (ask: Ask) => Answer | Promise<Answer>,
  prepare?: () => Promise<void>,
): Promise<void> {
  await prepare?.();
  parentPort?.on('message', async (ask: Ask) => parentPort?.postMessage(await replyTo(ask, work)));
  parentPort?.postMessage('ready');
}

async function replyTo<Ask, Answer>(ask: Ask, work: (ask: Ask) => Answer | Promise<Answer>): Promise<Reply<Answer>> {
  try {
    return { answer: await work(ask) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: { message, code } };
  }
}
