import type { Readable } from 'node:stream';
import type { Cloud } from './cloud';
import type { Contract } from './contract';

/** The caller: account and region of the request's credentials, and the role, if it acts as one. */
export interface Caller {
  readonly accountId: string;
  readonly region: string;
  /** ARN of the principal, as in GetCallerIdentity. */
  readonly principalArn: string;
  /**
   * ARN of the IAM role that the caller acts as. Its policies are evaluated for every call. Without one, the caller is
   * the account's owner, who may do anything: local credentials are not checked.
   */
  readonly roleArn?: string;
  /** Session policies and tags, if the credentials were issued with them. */
  readonly session?: Session;
  /** Address by which the caller reached the endpoint, such as `http://127.0.0.1:4566`; queue URLs begin with it. */
  readonly endpoint?: string;
}

/** Whether a caller is an account's owner, whom no policy of the same account restricts. */
export function isOwner({ roleArn, session }: Caller): boolean {
  return roleArn === undefined && session === undefined;
}

/** Policies and tags by which a session's permissions differ from its role's ("AssumeRole"). */
export interface Session {
  /** Session policies, which must allow a call as well. */
  readonly policies?: readonly string[];
  /** Session tags; transitive ones pass on to sessions that this one starts. */
  readonly tags?: readonly { readonly Key: string; readonly Value: string; readonly transitive?: boolean }[];
}

/** Context of a call: a handler's second argument. */
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

/** Resource of a call: ARNs, or one ARN with the condition keys that a policy may test. */
export type Resource = string | readonly string[] | Omit<Permission, 'action'>;

/**
 * One AWS operation: its contract and its behaviour. `I` and `O` are the input and output types of the official SDK
 * client.
 */
export interface Operation<I = never, O = unknown> {
  readonly name: string;
  /** Contract of the operation's members, types and limits. */
  readonly contract: Contract<never>;
  /**
   * ARNs of the call's resources: a role must be allowed the action `<service's IAM prefix>:<name>` on each.
   * @default the resource named by a member of the contract's `resources`, otherwise `*`
   */
  readonly resource?: (input: Strict<I>, context: Context) => string | readonly string[];
  /** Permissions instead of that, where actions have other names, there are several, or they have conditions. */
  readonly permissions?: (input: Strict<I>, context: Context) => readonly Permission[];
  /** @returns the output; ignored for an operation whose output has no members */
  readonly handle: (input: Strict<I>, context: HandlerContext<never>) => Promise<O> | O;
}

/** Base of input types that a service decodes itself: {@link Strict} leaves them unchanged. */
export abstract class Opaque {
  declare private readonly opaque: true;
}

/** An SDK input type whose required members can't be undefined: its form after {@link decode} has checked it. */
export type Strict<T> = T extends Date | Uint8Array | Readable | Opaque | string | number | boolean | undefined | null
  ? T
  : T extends (infer E)[]
    ? Strict<E>[]
    : T extends object
      ? { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Strict<T[K]> : Strict<Exclude<T[K], undefined>> }
      : T;
