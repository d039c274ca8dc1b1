import type { Cloud, StateType } from './cloud';
import type { Contract } from './contract';
import type { AwsError } from './errors';
import type { Credential, HttpRequest, HttpResponse } from './http';
import type { MetricId } from './metrics';
import type { Caller, Operation, Permission } from './operation';
import type { Owner } from './owner';

// The input type is lost here: decode() checks an input before its handler gets it.
// biome-ignore lint/suspicious/noExplicitAny: the list holds operations of every input type.
export type AnyOperation = Operation<any, unknown>;

/**
 * A service's operations by name: all exports of its `operations/`, single or in lists. Loaded at the first call, so
 * that the endpoint's start doesn't wait for the code of services that aren't called.
 */
export function operationsOf(load: () => object): Service['operations'] {
  let loaded: ReadonlyMap<string, AnyOperation> | undefined;
  return () => {
    loaded ??= byName(Object.values(load()).flat().filter(isOperation));
    return loaded;
  };
}

/** @throws Error if two operations have the same name */
function byName(operations: readonly AnyOperation[]): ReadonlyMap<string, AnyOperation> {
  const found = new Map(operations.map((operation) => [operation.name, operation]));
  if (found.size < operations.length)
    throw new Error(`Two operations have one name: ${operations.map(({ name }) => name)}`);
  return found;
}

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === 'object' && value !== null && 'handle' in value && 'contract' in value;
}

/** A service's own protocol. */
export interface RestProtocol {
  /** Answers a request; errors are part of the answer. */
  answer(request: HttpRequest, caller: Caller, cloud: Cloud, requestId: string): Promise<HttpResponse>;
  /** Renders an error from before the service was called, such as an expired session's. */
  renderError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse;
}

/** A resource-based policy. */
export interface ResourcePolicy {
  /** Documents that together are the policy. */
  readonly documents: readonly string[];
  /** A role's trust policy, or another resource's policy. @default 'resource' */
  readonly kind?: 'trust' | 'resource';
  /** Whether identity policies count only if this policy allows their account. @default false */
  readonly mustAgree?: boolean;
}

/** A message from a topic to one of its subscriptions, or from a bucket to one of its destinations. */
export interface Notification extends Owner {
  /** Principal of the sending service: `sns.amazonaws.com`, `s3.amazonaws.com`. */
  readonly service: string;
  /** ARN of the topic or the bucket. */
  readonly sourceArn: string;
  /** ARN of the receiving queue, topic or function. */
  readonly endpoint: string;
  /** Body for a queue or a topic: a topic's plain message with raw delivery, else SNS's envelope. */
  readonly body: string;
  /** Message attributes, with raw delivery only. */
  readonly attributes: Readonly<Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>>;
  /** Event for a function. */
  readonly event: object;
  /** Whether to check only that it would be accepted. @default false */
  readonly checkOnly?: boolean;
}

/** A service: one folder under services/, all of the same shape. */
export interface Service {
  /** Folder name, and the name in logs and docs. */
  readonly name: string;
  /** Service name in a SigV4 credential scope. */
  readonly signingName: string;
  /** Prefix of the service's IAM actions. @default signingName */
  readonly iamPrefix?: string;
  /** The service's contract: its protocol, and its operations' input and output. */
  readonly contract: Contract<never>;
  /** Operations by name, loaded at the first call. */
  readonly operations: () => ReadonlyMap<string, AnyOperation>;
  /** For a service that handles requests itself: S3, whose protocol is REST. */
  readonly rest?: RestProtocol;
  /** The caller of a request's credential; implemented by STS, which knows the issued sessions. */
  readonly resolveCaller?: (cloud: Cloud, credential: Credential) => Caller;
  /** Checks a role's permission; implemented by IAM. @throws AwsError `AccessDenied…` */
  readonly authorize?: (cloud: Cloud, caller: Caller, permission: Permission) => void;
  /** The resource-based policy of a permission's resource, if this service has it: a bucket's, a key's, a topic's. */
  readonly resourcePolicy?: (cloud: Cloud, permission: Permission) => ResourcePolicy | undefined;
  /** Receives the services' own metrics; implemented by CloudWatch. */
  readonly onMetric?: (cloud: Cloud, metric: MetricId, value: number, unit: string, owner: Owner, at: number) => void;
  /**
   * Accepts a topic's or a bucket's message for a resource of this service, if its policy allows that. @throws AwsError
   */
  readonly onNotification?: (cloud: Cloud, notification: Notification) => Promise<void>;
  /** State that moves the records of the service's streams, loaded at first use: Firehose's delivery. */
  readonly dataPlane?: () => StateType;
  /** Starts background work (delivery, alarms) once all services exist. */
  readonly start?: (cloud: Cloud) => Promise<void> | void;
}
