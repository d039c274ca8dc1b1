import { randomUUID } from 'node:crypto';
import type { Cloud } from '../core/cloud';
import { AwsError, notImplemented } from '../core/errors';
import { type Credential, type HttpRequest, type HttpResponse, hostId } from '../core/http';
import { Memo } from '../core/memo';
import type { Caller } from '../core/operation';
import type { AnyOperation, Service } from '../core/service';
import { decode, type Wire } from '../core/shape';
import { reservedKeyIn } from '../core/tags';
import { isDiskFull } from '../store/disk-space';
import { readCredential } from './caller';
import { BodyTooLarge, isClientGone, readContent } from './message';
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
import { parseJson, renderJson, renderJsonError, toJson } from './protocols/json';
import { parseQuery, readQuery, renderQuery, renderQueryError } from './protocols/query';
import { formInUrl } from './protocols/query-url';
import { Router } from './protocols/rest';
import { readRestJson, renderRestJson, renderRestJsonError } from './protocols/rest-json';

/** Most bytes of a body: PutRecords takes 10 MiB of data, a third more as base64, and some JSON around it. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Finds a request's service, protocol and operation, calls it, and renders result or error. Never throws: an error
 * other than {@link AwsError} is logged and answered as AWS's InternalFailure.
 */
export class Dispatcher {
  private readonly routers = new Memo((service: Service) => new Router(service.contract.model));
  private byTarget: ReadonlyMap<string, Service> | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly log: (line: string) => void,
  ) {}

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const requestId = randomUUID();
    const response = await this.answer(request, requestId);
    const target = request.headers['x-amz-target'];
    if (target === undefined || this.serviceOf(target)?.contract.options.hostId !== true) return response;
    return { ...response, headers: { ...response.headers, 'x-amz-id-2': hostId(requestId) } };
  }

  private async answer(request: HttpRequest, requestId: string): Promise<HttpResponse> {
    const credential = readCredential(request.headers, request.query);
    const protocol = this.protocolOf(request, credential);
    try {
      const host = request.headers.host ?? request.headers[':authority'];
      const caller = {
        ...this.cloud.callerOf(credential),
        ...(host !== undefined && { endpoint: `http://${host}` }),
      };
      return await protocol.answer(request, caller, requestId);
    } catch (error) {
      return protocol.renderError(this.toAwsError(error, request), requestId);
    }
  }

  private protocolOf(request: HttpRequest, credential: Credential): Protocol {
    const target = request.headers['x-amz-target'];
    const contentType = request.headers['content-type'];
    if (target !== undefined) {
      return contentType === AWS_CBOR ? this.cbor(target, AWS_CBOR_PROTOCOL) : this.json(target, jsonType(contentType));
    }
    if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') {
      const [, service, operation] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
      const named = service === undefined ? request.path : `${service}.${operation}`;
      return this.cbor(named, RPC_V2_CBOR_PROTOCOL);
    }
    if (
      request.method === 'POST' &&
      credential.service !== 's3' &&
      (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    ) {
      return this.queryProtocol(credential);
    }
    if (request.method === 'GET' && request.query.has('Action') && this.hasForms(credential))
      return this.queryProtocol(credential);
    const service = this.restJsonService(request, credential);
    return service === undefined ? this.rest(request) : this.restJson(service);
  }

  private json(target: string, contentType: string): Protocol {
    return {
      renderError: (error, requestId) =>
        renderJsonError(error, contentType, requestId, this.serviceOf(target)?.contract),
      answer: async (request, caller, requestId) => {
        const output = await this.runTarget(target, request, parseJson, 'json', caller, requestId);
        const events = eventStreamOf(output);
        const { output: shape } = this.serviceOf(target)?.contract.model.operation(nameIn(target)) ?? {};
        if (events === undefined) return renderJson(output, shape, contentType, requestId);
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
    const service = this.serviceOf(target);
    if (service === undefined) {
      throw new AwsError('UnknownOperationException', `${target} is no operation of a service here.`);
    }
    const name = nameIn(target);
    // An unknown operation is reported first, whatever its input.
    const operation = operationOf(service, name);
    const body = await readContent(request, MAX_BODY_BYTES);
    const input = wire === 'json' ? service.contract.options.readJson?.(name, body) : undefined;
    if (input !== undefined) return this.cloud.call(operation, input, caller, requestId);
    return this.run(service, name, parse(body), wire, caller, requestId);
  }

  private serviceOf(target: string): Service | undefined {
    this.byTarget ??= new Map(this.cloud.services.map((service) => [service.contract.model.protocol.target, service]));
    return this.byTarget.get(target.slice(0, target.lastIndexOf('.')));
  }

  private get formServices(): readonly Service[] {
    return this.cloud.services.filter(({ contract }) => contract.queryNamespace !== undefined);
  }

  private hasForms({ service }: Credential): boolean {
    return this.formServices.some(({ signingName }) => signingName === service);
  }

  private queryProtocol(credential: Credential): Protocol {
    const services = this.formServices;
    const service = services.find(({ signingName }) => signingName === credential.service);
    const namespace = service?.contract.queryNamespace ?? 'https://aws.amazon.com/';
    return {
      renderError: (error, requestId) => renderQueryError(error, namespace, requestId),
      answer: async (request, caller, requestId) => {
        const form =
          request.method === 'GET'
            ? formInUrl(request, this.cloud.clock.now())
            : new URLSearchParams((await readContent(request, MAX_BODY_BYTES)).toString('utf8'));
        const action = form.get('Action') ?? '';
        // Unsigned requests are assigned by the API version that each Query request has.
        const version = form.get('Version');
        const found = service ?? services.find(({ contract }) => contract.model.protocol.version === version);
        const model = found?.contract.model.operation(action);
        if (found === undefined || model === undefined)
          throw new AwsError(
            'InvalidAction',
            `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
          );
        const raw = readQuery(model.input, parseQuery(form));
        const output = await this.run(found, action, raw, 'query', caller, requestId);
        return renderQuery(action, model.output, output, found.contract.queryNamespace ?? namespace, requestId);
      },
    };
  }

  /** The service of a request's signature or, without one, the service with an operation at its path. */
  private restJsonService(request: HttpRequest, { service: signed }: Credential): Service | undefined {
    const services = this.cloud.services.filter(({ contract }) => contract.model.protocol.name === 'rest-json');
    if (signed !== undefined) return services.find(({ signingName }) => signingName === signed);
    return services.find((service) => this.routers.get(service).has(request));
  }

  private restJson(service: Service): Protocol {
    const { contract } = service;
    return {
      renderError: (error, requestId) => renderRestJsonError(error, contract.model, requestId),
      answer: async (request, caller, requestId) => {
        const route = this.routers.get(service).find(request);
        if (route === undefined) throw unknownRoute(service.name, request);
        const body = await readContent(request, contract.options.maxBodyBytes ?? MAX_BODY_BYTES);
        const raw = readRestJson(route, request, body);
        const output = await this.run(service, route.operation.name, raw, 'json', caller, requestId);
        const events = eventStreamOf(output);
        if (events === undefined) return renderRestJson(route, output, requestId);
        const encode = (value: unknown) => Buffer.from(JSON.stringify(toJson(value)));
        return renderEventStream(events, { contentType: 'application/json', encode }, requestId);
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
    const operation = operationOf(service, name);
    const { contract } = service;
    const input = contract.options.decode?.(contract, name, raw, caller) ?? decode(contract, name, raw, wire);
    checkTagKeys(contract, input);
    return contract.outputOf(name, await this.cloud.call(operation, input, caller, requestId));
  }

  private toAwsError(error: unknown, request: HttpRequest): AwsError {
    if (error instanceof AwsError) return error;
    if (error instanceof BodyTooLarge)
      return new AwsError('RequestEntityTooLargeException', error.message, { status: 413 });
    if (isClientGone(error)) return new AwsError('RequestTimeoutException', 'The request was not complete.');
    this.log(`${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
    const reason = isDiskFull(error) ? 'The disk of the local endpoint is full.' : 'Its log says where.';
    return new AwsError('InternalFailure', `The request failed inside the local endpoint. ${reason}`, { status: 500 });
  }
}

/** @throws AwsError the service's own for a tag that only AWS can set */
function checkTagKeys({ options, queryNamespace }: Service['contract'], input: Record<string, unknown>): void {
  const code = options.reservedTagCode;
  if (code === undefined || reservedKeyIn(input) === undefined) return;
  const queryCode = queryNamespace === undefined ? undefined : code.replace(/Exception$/, '');
  throw new AwsError(code, 'Tags beginning with aws: are reserved', { queryCode });
}

/** The type of a JSON answer: the request's, unless that is none of JSON's, which a browser could take for a page. */
const jsonType = (asked = ''): string =>
  /^application\/(x-amz-json-1\.[01]|json)\b/.test(asked) ? asked : 'application/x-amz-json-1.1';

/** The operation in `<service's target prefix>.<operation>`. */
const nameIn = (target: string) => target.slice(target.lastIndexOf('.') + 1);

interface Protocol {
  answer(request: HttpRequest, caller: Caller, requestId: string): Promise<HttpResponse>;
  renderError(error: AwsError, requestId: string): HttpResponse;
}

/**
 * @throws AwsError `NotImplementedException` for an operation that is missing here, `UnknownOperationException` for one
 * that AWS lacks
 */
function operationOf(service: Service, name: string): AnyOperation {
  const operation = service.operations().get(name);
  if (operation !== undefined) return operation;
  if (service.contract.model.operation(name) !== undefined) throw notImplemented(service.name, name);
  throw new AwsError('UnknownOperationException', `${service.name} has no operation ${name}.`);
}

function unknownRoute(service: string, { method, path }: HttpRequest): AwsError {
  return new AwsError('UnknownOperationException', `${service} has no operation for ${method} ${path}.`, {
    status: 404,
  });
}
