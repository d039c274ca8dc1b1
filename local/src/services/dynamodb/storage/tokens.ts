import { AwsError } from '../../../core/errors';
import type { Store, Table as StoreTable, TableKey } from '../../../store/store';

interface Token {
  readonly digest: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How long a token stands for its first request. */
const TOKEN_MS = 10 * 60_000;

/** ClientRequestTokens: a request that is repeated with the same token is done once. */
export class Tokens {
  private readonly rows: StoreTable<Token>;

  constructor(store: Store) {
    this.rows = store.table('dynamodb.tokens');
  }

  /**
   * Inside of a commit.
   * @returns undefined if the token's request was done before
   * @throws AwsError `IdempotentParameterMismatchException` for a token of another request
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

  /** Inside of a commit: forgets tokens that have ended. */
  sweep(now: number): void {
    const ended = [...this.rows.getRange({})].filter(({ value }) => now - value.at >= TOKEN_MS);
    for (const { key } of ended) void this.rows.remove(key);
  }
}
