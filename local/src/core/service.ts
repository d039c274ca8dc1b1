import type { Cloud, StateType } from './cloud';
import type { Contract } from './contract';
import type { AwsError } from './errors';
import type { Credential, HttpRequest, HttpResponse } from './http';
import type { MetricId } from './metrics';
import type { Caller, Operation, Permission } from './operation';
import type { Owner } from './owner';

// An operation's input type is its own business once it is in a service's list: decode() checked it.
// biome-ignore lint/suspicious/noExplicitAny: the list holds operations of every input type.
export type AnyOperation = Operation<any, unknown>;

/**
 * A service's operations by name: all that its `operations/` exports, one by one or in lists. They are loaded by the
 * first call of one, so that the endpoint's start doesn't wait for the code of services that nobody calls.
 */
export function operationsOf(load: () => object): Service['operations'] {
  let loaded: ReadonlyMap<string, AnyOperation> | undefined;
  return () => {
    loaded ??= byName(Object.values(load()).flat().filter(isOperation));
    return loaded;
  };
}

/** @throws Error if two operations have one name */
function byName(operations: readonly AnyOperation[]): ReadonlyMap<string, AnyOperation> {
  const found = new Map(operations.map((operation) => [operation.name, operation]));
  if (found.size < operations.length)
    throw new Error(`Two operations have one name: ${operations.map(({ name }) => name)}`);
  return found;
}

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === 'object' && value !== null && 'handle' in value && 'contract' in value;
}

/** A protocol of a service's own. */
export interface RestProtocol {
  /** Answers a request; errors are part of the answer. */
  answer(request: HttpRequest, caller: Caller, cloud: Cloud, requestId: string): Promise<HttpResponse>;
  /** Renders an error that came up before the service was asked, such as that of an ended session. */
  renderError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse;
}

/** A resource's own policy. */
export interface ResourcePolicy {
  /** Together they are the policy. */
  readonly documents: readonly string[];
  /** A role's trust policy, or that of any other resource. @default 'resource' */
  readonly kind?: 'trust' | 'resource';
  /** Whether identity policies count only for what this one allows their account. @default false */
  readonly mustAgree?: boolean;
}

/** A message on its way from a topic to one of its subscriptions, or from a bucket to one of its destinations. */
export interface Notification extends Owner {
  /** Which service sends it: `sns.amazonaws.com`, `s3.amazonaws.com`. */
  readonly service: string;
  /** ARN of the topic or the bucket. */
  readonly sourceArn: string;
  /** ARN of the queue, the topic or the function that it is for. */
  readonly endpoint: string;
  /** Body for a queue or a topic: of a topic's message itself with raw delivery, else SNS's envelope. */
  readonly body: string;
  /** Message attributes, with raw delivery alone. */
  readonly attributes: Readonly<Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>>;
  /** Event for a function. */
  readonly event: object;
  /** Asks only whether it would be taken. @default false */
  readonly checkOnly?: boolean;
}

/** A service: one folder under services/, all of the same shape. */
export interface Service {
  /** Folder name, and the name in logs and docs. */
  readonly name: string;
  /** The service name in a SigV4 credential scope. */
  readonly signingName: string;
  /** Prefix of the service's IAM actions. @default signingName */
  readonly iamPrefix?: string;
  /** The service's contract: its protocol, and what its operations take. */
  readonly contract: Contract<never>;
  /** By name; the first call loads them. */
  readonly operations: () => ReadonlyMap<string, AnyOperation>;
  /** For a service that answers requests itself: S3, whose protocol is REST. */
  readonly rest?: RestProtocol;
  /** The caller that a request's credential stands for. One service knows the sessions that were given out: STS. */
  readonly resolveCaller?: (cloud: Cloud, credential: Credential) => Caller;
  /** Decides whether a role may do something; one service does, IAM. @throws AwsError `AccessDenied…` if not */
  readonly authorize?: (cloud: Cloud, caller: Caller, permission: Permission) => void;
  /** The policy that a permission's resource has, if this service keeps one: a bucket's, a key's, a topic's. */
  readonly resourcePolicy?: (cloud: Cloud, permission: Permission) => ResourcePolicy | undefined;
  /** Takes each value of the services' own metrics; one service does, CloudWatch. */
  readonly onMetric?: (cloud: Cloud, metric: MetricId, value: number, unit: string, owner: Owner, at: number) => void;
  /** Takes what a topic or a bucket sends to a resource of this service, if its policy lets them. @throws AwsError if not */
  readonly onNotification?: (cloud: Cloud, notification: Notification) => Promise<void>;
  /** State that does the work which the service's streams are there for; loaded at first use. Firehose's is the delivery. */
  readonly dataPlane?: () => StateType;
  /** Starts background work (delivery, alarms) once all services are there. */
  readonly start?: (cloud: Cloud) => Promise<void> | void;
}
