import type { HttpRequest, HttpResponse } from '../http/message';
import type { Cloud } from './cloud';
import type { Contract } from './contract';
import type { AwsError } from './errors';
import type { Caller, Operation } from './operation';

// An operation's input type is its own business once it is in a service's list: decode() checked it.
// biome-ignore lint/suspicious/noExplicitAny: the list holds operations of every input type.
export type AnyOperation = Operation<any, unknown>;

/** A protocol of a service's own. */
export interface RestProtocol {
  /** Answers a request; errors are part of the answer. */
  answer(request: HttpRequest, caller: Caller, cloud: Cloud, requestId: string): Promise<HttpResponse>;
  /** Renders an error that came up before the service was asked, such as that of an ended session. */
  renderError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse;
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
  readonly operations: readonly AnyOperation[];
  /** For a service that answers requests itself: S3, whose protocol is REST. */
  readonly rest?: RestProtocol;
  /** Starts background work (delivery, alarms) once all services are there. */
  readonly start?: (cloud: Cloud) => Promise<void> | void;
}
