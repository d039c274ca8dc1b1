import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store';
import type { Clock } from './clock';
import type { Contract } from './contract';
import type { Credential } from './http';
import { Metrics } from './metrics';
import { type Caller, type Context, isOwner, type Operation, type Permission, type Strict } from './operation';
import { isForeign } from './owner';
import type { ResourcePolicy, Service } from './service';

/** Settings that behaviour depends on. */
export interface CloudOptions {
  readonly dataDir: string;
  /** Whether Kinesis' per-shard rates are enforced. */
  readonly enforceLimits: boolean;
  /** Receives faults, one line each. */
  readonly log: (line: string) => void;
  /** The endpoint's address, for programs that it starts; undefined before it listens. */
  readonly address?: () => string | undefined;
}

/** A service's state with work to end: it is closed with the endpoint. States without any may be of any class. */
export interface State {
  close?(): Promise<void> | void;
}

/** The class of a state. */
export interface StateType<T extends object = object> {
  new (cloud: Cloud): T;
  /** States that this one's work needs until its end: they are closed after it. */
  readonly uses?: readonly StateType[];
  /** States whose closing interrupts this one's work, which could last for minutes: they are closed before it. */
  readonly endedBy?: readonly StateType[];
}

/** The part of {@link Cloud} for work that may run in another process. */
export interface CloudAccess {
  readonly clock: Clock;
  call<I, O>(operation: Operation<I, O>, input: NoInfer<I>, caller: Caller): Promise<O>;
  state<T extends object>(type: StateType<T>): T;
}

/**
 * The endpoint's core: storage, clock, services and the one way to call an operation. A service calls another one by
 * {@link call}, with the permissions of the caller's role, exactly as over HTTP.
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

  /** The endpoint's instance of a state class, created at first use. */
  state<T extends object>(type: StateType<T>): T {
    let found = this.states.get(type) as T | undefined;
    if (found === undefined) {
      found = new type(this);
      this.states.set(type, found);
    }
    return found;
  }

  /** The caller of a credential. @throws AwsError of the issuing service, if it has expired */
  callerOf(credential: Credential): Caller {
    for (const { resolveCaller } of this.services)
      if (resolveCaller !== undefined) return resolveCaller(this, credential);
    throw new Error('No service here resolves callers.');
  }

  /** @throws AwsError `AccessDenied…` if the caller lacks a permission */
  authorize(caller: Caller, permission: Permission): void {
    for (const { authorize } of this.services) authorize?.(this, caller, permission);
  }

  /** The policy of a permission's resource, from its service. */
  resourcePolicyOf(permission: Permission): ResourcePolicy | undefined {
    for (const { resourcePolicy } of this.services) {
      const found = resourcePolicy?.(this, permission);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The state that moves the records of a service's streams. @throws Error if the service has none */
  dataPlaneOf(contract: Contract<never>): object {
    const type = this.services.find((service) => service.contract === contract)?.dataPlane?.();
    if (type === undefined) throw new Error(`${contract.service} has no data plane here.`);
    return this.state(type);
  }

  /**
   * Calls an operation after checking the caller's permissions.
   * @param given input as the SDK types it; nothing decodes it, so no required member may be undefined
   */
  async call<I, O>(
    operation: Operation<I, O>,
    given: NoInfer<I>,
    caller: Caller,
    requestId: string = randomUUID(),
  ): Promise<O> {
    const { state } = operation.contract;
    const input = given as Strict<I>;
    const context = { cloud: this, caller, requestId, state: (state && this.state(state)) as never };
    const owns = isOwner(caller);
    if (!owns || operation.contract.options.asksOwners === true) {
      const needed = operation.permissions?.(input, context) ?? this.permissionsOf(operation, input, context);
      for (const permission of needed)
        if (!owns || isForeign(permission.resource, caller.accountId)) this.authorize(caller, permission);
    }
    return operation.handle(input, context);
  }

  async start(): Promise<void> {
    for (const service of this.services) await service.start?.(this);
  }

  /**
   * Stops background work: a state is closed before those it uses and after those that end its work, otherwise in
   * reverse order of creation.
   */
  async close(): Promise<void> {
    const closed = new Set<StateType>();
    for (;;) {
      // Closing a state may create another one, such as the metrics' store, which must be closed too.
      const open = [...this.states.keys()].reverse().filter((type) => !closed.has(type));
      const isEarlier = (other: StateType, type: StateType) =>
        other !== type && (other.uses?.includes(type) === true || type.endedBy?.includes(other) === true);
      const next = open.find((type) => !open.some((other) => isEarlier(other, type))) ?? open[0];
      if (next === undefined) return;
      closed.add(next);
      await (this.states.get(next) as State).close?.();
    }
  }

  private permissionsOf<I>(operation: Operation<I>, input: Strict<I>, context: Context): Permission[] {
    const owner = this.services.find(({ contract }) => contract === operation.contract);
    const action = `${owner?.iamPrefix ?? owner?.signingName ?? 'unknown'}:${operation.name}`;
    const named = operation.resource?.(input, context) ?? operation.contract.resourceOf(operation.name, input, context);
    return [named ?? '*'].flat().map((each) => ({ ...(typeof each === 'string' ? { resource: each } : each), action }));
  }
}
