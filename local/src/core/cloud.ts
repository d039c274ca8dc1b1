import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store';
import type { Clock } from './clock';
import { Metrics } from './metrics';
import type { Caller, Operation, Permission, Strict } from './operation';
import type { AnyOperation, Service } from './service';

/** Settings that behaviour depends on. */
export interface CloudOptions {
  readonly dataDir: string;
  /** Whether Kinesis' per-shard rates are enforced. */
  readonly enforceLimits: boolean;
  /** Told of faults, a line each. */
  readonly log: (line: string) => void;
}

/** Decides whether a role may do something; throws AwsError `AccessDeniedException` if not. Set by services/iam. */
export type Authorizer = (caller: Caller, permission: Permission) => void;

/** A service's state that has something to end: it is closed with the endpoint. States without may be any class. */
export interface State {
  close?(): Promise<void> | void;
}

/**
 * The endpoint's inside: storage, clock, services and the one way to call an operation. A service reaches another
 * one by {@link call}, with a caller whose role is enforced, exactly as if it had come over HTTP.
 */
export class Cloud {
  readonly metrics: Metrics;
  authorize: Authorizer = () => {};
  private readonly states = new Map<unknown, object>();
  private readonly owners = new Map<AnyOperation, Service>();

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly options: CloudOptions,
    readonly services: readonly Service[],
  ) {
    this.metrics = new Metrics(clock);
    for (const service of services) for (const operation of service.operations) this.owners.set(operation, service);
  }

  /** The state of this class for this endpoint, made at first use. */
  state<T extends object>(type: new (cloud: Cloud) => T): T {
    let found = this.states.get(type) as T | undefined;
    if (found === undefined) {
      found = new type(this);
      this.states.set(type, found);
    }
    return found;
  }

  /** Calls an operation with input that is already decoded, after checking that the caller's role may. */
  async call<I, O>(
    operation: Operation<I, O>,
    input: Strict<I>,
    caller: Caller,
    requestId: string = randomUUID(),
  ): Promise<O> {
    const context = { cloud: this, caller, requestId };
    if (caller.roleArn !== undefined) {
      const needed = operation.permissions?.(input, context) ?? [{ action: this.actionOf(operation), resource: '*' }];
      for (const permission of needed) this.authorize(caller, permission);
    }
    return operation.handle(input, context);
  }

  async start(): Promise<void> {
    for (const service of this.services) await service.start?.(this);
  }

  /** Stops background work, last started first. */
  async close(): Promise<void> {
    for (const state of [...this.states.values()].reverse()) await (state as State).close?.();
  }

  private actionOf(operation: AnyOperation): string {
    const owner = this.owners.get(operation);
    return `${owner?.iamPrefix ?? owner?.signingName ?? 'unknown'}:${operation.name}`;
  }
}
