import type { Readable } from 'node:stream';
import type { Cloud } from './cloud';
import type { Contract } from './contract';

/** The caller: the account and region that the request's credentials name, and the role, if it is one. */
export interface Caller {
  readonly accountId: string;
  readonly region: string;
  /** ARN of the principal, as GetCallerIdentity shows it. */
  readonly principalArn: string;
  /**
   * ARN of the IAM role that the caller acts as. Its policies are evaluated for every call. Without one the
   * caller is the account's owner, who may do anything: local credentials are not checked.
   */
  readonly roleArn?: string;
  /** Session policies and tags, if the credentials were asked for with them. */
  readonly session?: Session;
  /** Address under which the caller reached the endpoint, such as `http://127.0.0.1:4566`; queue URLs begin with it. */
  readonly endpoint?: string;
}

/** Whether a caller is an account's owner, whom no policy of his own account narrows. */
export function isOwner({ roleArn, session }: Caller): boolean {
  return roleArn === undefined && session === undefined;
}

/** Policies and tags by which a session's rights differ from its role's ("AssumeRole"). */
export interface Session {
  /** Session policies: a call must be allowed by them as well. */
  readonly policies?: readonly string[];
  /** Session tags; those that are transitive pass on to sessions that this one begins. */
  readonly tags?: readonly { readonly Key: string; readonly Value: string; readonly transitive?: boolean }[];
}

/** Context of a call: what an operation's handler gets beside its input. */
export interface Context {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly requestId: string;
}

/** A handler's context: with its own service's state. */
export interface HandlerContext<S> extends Context {
  readonly state: S;
}

/** One IAM action on one resource, with the condition keys that a policy may test. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * One AWS operation: its contract as data and its behaviour.
 * `I` and `O` are the input and output types of the official SDK client.
 */
export interface Operation<I = never, O = unknown> {
  readonly name: string;
  /** Where the operation's members, their types and their limits are found. */
  readonly contract: Contract<never>;
  /**
   * ARNs that the call is about: a role must be allowed the action `<service's IAM prefix>:<name>` on each.
   * @default `*`
   */
  readonly resource?: (input: Strict<I>, context: Context) => string | readonly string[];
  /** Permissions that a role needs instead, where actions have other names, more than one, or conditions. */
  readonly permissions?: (input: Strict<I>, context: Context) => readonly Permission[];
  /** @returns the output; for an operation that has no members in it, anything. */
  readonly handle: (input: Strict<I>, context: HandlerContext<never>) => Promise<O> | O;
}

/** What a service has read of an input itself: {@link Strict} leaves it as it is. */
export abstract class Opaque {
  declare private readonly opaque: true;
}

/** An SDK input type whose required members can't be undefined: what it is after {@link decode} has checked it. */
export type Strict<T> = T extends Date | Uint8Array | Readable | Opaque | string | number | boolean | undefined | null
  ? T
  : T extends (infer E)[]
    ? Strict<E>[]
    : T extends object
      ? { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Strict<T[K]> : Strict<Exclude<T[K], undefined>> }
      : T;
