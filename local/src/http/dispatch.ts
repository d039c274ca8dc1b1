import { randomUUID } from 'node:crypto';
import type { Cloud } from '../core/cloud';
import { AwsError, notImplemented } from '../core/errors';
import type { Caller } from '../core/operation';
import type { AnyOperation, Service } from '../core/service';
import { decode, type Wire } from '../core/shape';
import { type Credential, ownerOf, readCredential } from './caller';
import { BodyTooLarge, type HttpRequest, type HttpResponse, isClientGone, readContent } from './message';
import {
  AWS_CBOR,
  AWS_CBOR_PROTOCOL,
  type CborProtocol,
  parseCbor,
  RPC_V2_CBOR_PROTOCOL,
  renderCbor,
  renderCborError,
} from './protocols/cbor';
import { encodeCbor } from './protocols/cbor-codec';
import { eventStreamOf, renderEventStream } from './protocols/event-stream';
import { renderJson, renderJsonError, toJson } from './protocols/json';
import { parseQuery, readQuery, renderQuery, renderQueryError } from './protocols/query';

/** PutRecords takes 10 MiB of data, a third more as base64, and some room for the rest of the JSON. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Turns a credential into a caller; services/sts refines it for the session keys that it has given out. */
export type CallerResolver = (credential: Credential, headers: Readonly<Record<string, string>>) => Caller;

/**
 * Finds the service, protocol and operation that a request means, calls it, and renders result or error.
 * Never throws: what is not an {@link AwsError} is logged and answered as AWS's InternalFailure.
 */
export class Dispatcher {
  resolveCaller: CallerResolver = ownerOf;

  constructor(
    private readonly cloud: Cloud,
    private readonly log: (line: string) => void,
  ) {}

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const requestId = randomUUID();
    const credential = readCredential(request.headers, request.query);
    const protocol = this.protocolOf(request, credential);
    try {
      const caller = this.resolveCaller(credential, request.headers);
      return await protocol.answer(request, caller, requestId);
    } catch (error) {
      return protocol.renderError(this.toAwsError(error, request), requestId);
    }
  }

  private protocolOf(request: HttpRequest, credential: Credential): Protocol {
    const target = request.headers['x-amz-target'];
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
    if (target !== undefined) {
      return contentType === AWS_CBOR ? this.cbor(target, AWS_CBOR_PROTOCOL) : this.json(target, contentType);
    }
    if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') {
      const [, service, operation] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
      return this.cbor(`${service}.${operation}`, RPC_V2_CBOR_PROTOCOL);
    }
    if (
      request.method === 'POST' &&
      credential.service !== 's3' &&
      (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    ) {
      return this.queryProtocol(credential);
    }
    return this.rest(request);
  }

  private json(target: string, contentType: string): Protocol {
    return {
      renderError: (error, requestId) => renderJsonError(error, contentType, requestId),
      answer: async (request, caller, requestId) => {
        const output = await this.runTarget(target, request, parseJson, 'json', caller, requestId);
        const events = eventStreamOf(output);
        if (events === undefined) return renderJson(output, contentType, requestId);
        const encode = (value: unknown) => Buffer.from(JSON.stringify(toJson(value)));
        return renderEventStream(events, { contentType: 'application/json', encode }, requestId);
      },
    };
  }

  private cbor(target: string, protocol: CborProtocol): Protocol {
    return {
      renderError: (error, requestId) => renderCborError(error, protocol, requestId),
      answer: async (request, caller, requestId) => {
        const parse = (body: Buffer) => parseCbor(body, protocol);
        const output = await this.runTarget(target, request, parse, 'cbor', caller, requestId);
        const events = eventStreamOf(output);
        if (events === undefined) return renderCbor(output, protocol, requestId);
        const encode = (value: unknown) => encodeCbor(value, protocol.unit);
        return renderEventStream(events, { contentType: AWS_CBOR, encode }, requestId);
      },
    };
  }

  /** @param target `<service's target prefix>.<operation>` */
  private async runTarget(
    target: string,
    request: HttpRequest,
    parse: (body: Buffer) => unknown,
    wire: Wire,
    caller: Caller,
    requestId: string,
  ): Promise<unknown> {
    const dot = target.lastIndexOf('.');
    const service = this.cloud.services.find(
      (candidate) => candidate.contract.model.protocol.target === target.slice(0, dot),
    );
    if (service === undefined) {
      throw new AwsError('UnknownOperationException', `${target} is no operation of a service here.`);
    }
    const body = parse(await readContent(request, MAX_BODY_BYTES));
    return this.run(service, target.slice(dot + 1), body, wire, caller, requestId);
  }

  private queryProtocol(credential: Credential): Protocol {
    const services = this.cloud.services.filter(({ contract }) => contract.model.speaksQuery);
    const service = services.find(({ signingName }) => signingName === credential.service);
    const namespace = service?.contract.model.protocol.namespace ?? 'https://aws.amazon.com/';
    return {
      renderError: (error, requestId) => renderQueryError(error, namespace, requestId),
      answer: async (request, caller, requestId) => {
        const form = new URLSearchParams((await readContent(request, MAX_BODY_BYTES)).toString('utf8'));
        const action = form.get('Action') ?? '';
        // Unsigned callers are told apart by the API version that each Query request carries.
        const version = form.get('Version');
        const found = service ?? services.find(({ contract }) => contract.model.protocol.version === version);
        const model = found?.contract.model.operation(action);
        if (found === undefined || model === undefined)
          throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
        const raw = readQuery(model.input, parseQuery(form));
        const output = await this.run(found, action, raw, 'query', caller, requestId);
        return renderQuery(action, model.output, output, found.contract.model.protocol.namespace, requestId);
      },
    };
  }

  private rest(request: HttpRequest): Protocol {
    const rest = this.cloud.services.find((candidate) => candidate.rest !== undefined)?.rest;
    if (rest === undefined) throw new Error('No service here has a REST protocol.');
    return {
      renderError: (error, requestId) => rest.renderError(error, request, requestId),
      answer: (_same, caller, requestId) => rest.answer(request, caller, this.cloud, requestId),
    };
  }

  private async run(
    service: Service,
    name: string,
    raw: unknown,
    wire: Wire,
    caller: Caller,
    requestId: string,
  ): Promise<unknown> {
    const operation: AnyOperation | undefined = service.operations.find((candidate) => candidate.name === name);
    if (operation === undefined) {
      if (service.contract.model.operation(name) !== undefined) throw notImplemented(service.name, name);
      throw new AwsError('UnknownOperationException', `${service.name} has no operation ${name}.`);
    }
    return this.cloud.call(operation, decode(service.contract, name, raw, wire), caller, requestId);
  }

  private toAwsError(error: unknown, request: HttpRequest): AwsError {
    if (error instanceof AwsError) return error;
    if (error instanceof BodyTooLarge)
      return new AwsError('RequestEntityTooLargeException', error.message, { status: 413 });
    if (isClientGone(error)) return new AwsError('RequestTimeoutException', 'The request was not complete.');
    this.log(`${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return new AwsError('InternalFailure', 'The request failed inside the local endpoint; its log says where.', {
      status: 500,
    });
  }
}

interface Protocol {
  answer(request: HttpRequest, caller: Caller, requestId: string): Promise<HttpResponse>;
  renderError(error: AwsError, requestId: string): HttpResponse;
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not JSON: ${(error as Error).message}`);
  }
}
