import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store';
import type { Clock } from './clock';
import type { Contract } from './contract';
import type { Credential } from './http';
import { Metrics } from './metrics';
import { type Caller, type Context, isOwner, type Operation, type Permission, type Strict } from './operation';
import type { ResourcePolicy, Service } from './service';

/** Settings that behaviour depends on. */
export interface CloudOptions {
  readonly dataDir: string;
  /** Whether Kinesis' per-shard rates are enforced. */
  readonly enforceLimits: boolean;
  /** Log of faults, a line each. */
  readonly log: (line: string) => void;
  /** Where the endpoint listens, for programs that it starts; undefined until it does. */
  readonly address?: () => string | undefined;
}

/** A service's state that has something to end: it is closed with the endpoint. States without may be any class. */
export interface State {
  close?(): Promise<void> | void;
}

/** The class of a state. */
export interface StateType<T extends object = object> {
  new (cloud: Cloud): T;
  /** States that the work which this one ends still needs: they are closed after it. */
  readonly uses?: readonly StateType[];
}

/** The part of {@link Cloud} that work needs which may be done in another process. */
export interface CloudAccess {
  readonly clock: Clock;
  call<I, O>(operation: Operation<I, O>, input: Strict<I>, caller: Caller): Promise<O>;
  state<T extends object>(type: StateType<T>): T;
}

/**
 * The endpoint's inside: storage, clock, services and the one way to call an operation. A service reaches another
 * one by {@link call}, with a caller whose role is enforced, exactly as if it had come over HTTP.
 */
export class Cloud implements CloudAccess {
  readonly metrics: Metrics;
  private readonly states = new Map<StateType, object>();

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly options: CloudOptions,
    readonly services: readonly Service[],
  ) {
    const listeners = services.flatMap(({ onMetric }) => onMetric ?? []);
    this.metrics = new Metrics(
      clock,
      listeners.map(
        (listener) =>
          (...metric) =>
            listener(this, ...metric),
      ),
    );
  }

  /** The state of this class for this endpoint, made at first use. */
  state<T extends object>(type: StateType<T>): T {
    let found = this.states.get(type) as T | undefined;
    if (found === undefined) {
      found = new type(this);
      this.states.set(type, found);
    }
    return found;
  }

  /** The caller that a credential stands for. @throws AwsError of the service that gave it out, if it has ended. */
  callerOf(credential: Credential): Caller {
    for (const { resolveCaller } of this.services)
      if (resolveCaller !== undefined) return resolveCaller(this, credential);
    throw new Error('No service here resolves callers.');
  }

  /** @throws AwsError `AccessDenied…` if the caller may not do something. */
  authorize(caller: Caller, permission: Permission): void {
    for (const { authorize } of this.services) authorize?.(this, caller, permission);
  }

  /** The policy of a permission's resource, from the service that keeps it. */
  resourcePolicyOf(permission: Permission): ResourcePolicy | undefined {
    for (const { resourcePolicy } of this.services) {
      const found = resourcePolicy?.(this, permission);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The state that does the work of a service's streams. @throws Error for a service without */
  dataPlaneOf(contract: Contract<never>): object {
    const type = this.services.find((service) => service.contract === contract)?.dataPlane?.();
    if (type === undefined) throw new Error(`${contract.service} has no data plane here.`);
    return this.state(type);
  }

  /** Calls an operation with input that is already decoded, after checking that the caller's role may. */
  async call<I, O>(
    operation: Operation<I, O>,
    input: Strict<I>,
    caller: Caller,
    requestId: string = randomUUID(),
  ): Promise<O> {
    const { state } = operation.contract;
    const context = { cloud: this, caller, requestId, state: (state && this.state(state)) as never };
    if (!isOwner(caller)) {
      const needed = operation.permissions?.(input, context) ?? this.permissionsOf(operation, input, context);
      for (const permission of needed) this.authorize(caller, permission);
    }
    return operation.handle(input, context);
  }

  async start(): Promise<void> {
    for (const service of this.services) await service.start?.(this);
  }

  /** Stops background work: what another state uses is closed after it, else what was made last is closed first. */
  async close(): Promise<void> {
    const open = [...this.states.keys()].reverse();
    while (open.length > 0) {
      const next = open.find((type) => !open.some((other) => other !== type && other.uses?.includes(type))) ?? open[0];
      open.splice(open.indexOf(next as StateType), 1);
      await (this.states.get(next as StateType) as State).close?.();
    }
  }

  private permissionsOf<I>(operation: Operation<I>, input: Strict<I>, context: Context): Permission[] {
    const owner = this.services.find(({ contract }) => contract === operation.contract);
    const action = `${owner?.iamPrefix ?? owner?.signingName ?? 'unknown'}:${operation.name}`;
    return [operation.resource?.(input, context) ?? '*'].flat().map((resource) => ({ action, resource }));
  }
}
