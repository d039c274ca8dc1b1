import { AwsError } from '../../core/errors';
import { QueryCancelled, QueryError } from '../errors';
import { type Position, SqlSyntaxError } from '../sql/tokens';
import type { Outcome } from './protocol';

/** An error sent between the endpoint and a worker; without a kind it is the engine's own. */
export type Failure =
  | { readonly kind: 'query'; readonly code: string; readonly detail: string; readonly at?: Position }
  | { readonly kind: 'syntax'; readonly detail: string; readonly at: Position }
  | { readonly kind: 'cancelled'; readonly message: string }
  | ({ readonly kind: 'aws'; readonly code: string; readonly message: string } & AwsOptions)
  | { readonly kind?: undefined; readonly message: string; readonly stack?: string };

type AwsOptions = NonNullable<ConstructorParameters<typeof AwsError>[2]>;

export function failureOf(error: unknown): Failure {
  if (error instanceof QueryError) return { kind: 'query', code: error.code, detail: error.detail, at: error.at };
  if (error instanceof SqlSyntaxError) return { kind: 'syntax', detail: error.detail, at: error.at };
  if (error instanceof QueryCancelled) return { kind: 'cancelled', message: error.message };
  if (error instanceof AwsError) {
    const { code, message, givenStatus: status, fields, queryCode } = error;
    return { kind: 'aws', code, message, status, fields, queryCode };
  }
  const { message, stack } = error as Error;
  return { message, stack };
}

export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'query':
      return new QueryError(failure.code, failure.detail, failure.at);
    case 'syntax':
      return new SqlSyntaxError(failure.at, failure.detail);
    case 'cancelled':
      return new QueryCancelled(failure.message);
    case 'aws':
      return new AwsError(failure.code, failure.message, failure);
    default:
      return Object.assign(new Error(failure.message), failure.stack !== undefined && { stack: failure.stack });
  }
}

/** Result or failure of work, as it is sent. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await work() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
