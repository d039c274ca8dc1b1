import { AwsError } from '../../../core/errors';
import type { Store, Table as StoreTable, TableKey } from '../../../store/store';

interface Token {
  readonly digest: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Lifetime of a token. */
const TOKEN_MS = 10 * 60_000;

/** ClientRequestTokens: a repeated request with the same token is executed once. */
export class Tokens {
  private readonly rows: StoreTable<Token>;

  constructor(store: Store) {
    this.rows = store.table('dynamodb.tokens');
  }

  /**
   * Runs work once per token; within a commit.
   * @returns undefined if the token's request was executed before
   * @throws AwsError `IdempotentParameterMismatchException` for another request's token
   */
  once<T>(key: TableKey | undefined, digest: string, now: number, work: () => T): T | undefined {
    const present = key === undefined ? undefined : this.rows.get(key);
    if (present !== undefined && now - present.at < TOKEN_MS) {
      if (present.digest === digest) return undefined;
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'Request parameters differ from those of the first request with this ClientRequestToken',
      );
    }
    const result = work();
    if (key !== undefined) void this.rows.put(key, { digest, at: now });
    return result;
  }

  hasEnded(now: number): boolean {
    for (const { value } of this.rows.getRange({})) if (now - value.at >= TOKEN_MS) return true;
    return false;
  }

  /** Deletes expired tokens; within a commit. */
  sweep(now: number): void {
    const ended = [...this.rows.getRange({})].filter(({ value }) => now - value.at >= TOKEN_MS);
    for (const { key } of ended) void this.rows.remove(key);
  }
}
