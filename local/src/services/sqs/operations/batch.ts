import { AwsError } from '../../../core/errors';
import { emptyBatch, idsNotDistinct, invalidBatchId, tooManyEntries } from '../errors';

interface Failure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/**
 * Runs a function for each entry of a batch; a failed entry is reported and doesn't fail the others.
 * @throws AwsError for a batch that is empty, has over 10 entries, or malformed or repeated ids
 */
export async function forEachEntry<E extends { Id: string }, R>(
  entries: readonly E[],
  work: (entry: E) => Promise<R>,
): Promise<{ Successful: (R & { Id: string })[]; Failed: Failure[] }> {
  checkEntries(entries);
  const Successful: (R & { Id: string })[] = [];
  const Failed: Failure[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...(await work(entry)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const Code = error.queryCode ?? error.code;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

export function checkEntries(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) throw emptyBatch();
  if (entries.length > 10) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) throw invalidBatchId();
    if (seen.has(Id)) throw idsNotDistinct(Id);
    seen.add(Id);
  }
}
