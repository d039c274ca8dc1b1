import { isDate } from 'node:util/types';
import { AwsError } from '../../core/errors';
import type { HttpRequest } from '../../core/http';
import { Memo } from '../../core/memo';
import type { Member, Model, OperationModel, Shape, StructureShape } from '../../core/model';

/** A request's operation, with the decoded labels of its path. */
export interface Route {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly operation: OperationModel;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** Parameters that the query must contain, with their values where the model has one. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly literals: number;
}

/** Finds operations by method, path and query, from the `http` traits of a service's model. */
export class Router {
  private readonly candidates: readonly Candidate[];

  constructor(model: Model) {
    // Routes with more literal characters and parameters are tried first.
    this.candidates = model
      .operationNames()
      .flatMap((name) => candidateOf(model.operation(name)))
      .sort((a, b) => b.literals - a.literals);
  }

  /** @throws AwsError `ValidationException` for a path that isn't percent-encoded UTF-8 */
  find(request: HttpRequest): Route | undefined {
    const { candidate, match } = this.matching(request) ?? {};
    if (candidate === undefined) return undefined;
    const labels = candidate.labels.map((name, at) => [name, decodePath(match?.[at + 1])]);
    return { operation: candidate.operation, labels: Object.fromEntries(labels) };
  }

  /** Whether there is an operation for a request, whose path may be malformed yet. */
  has(request: HttpRequest): boolean {
    return this.matching(request) !== undefined;
  }

  private matching({ method, path, query }: HttpRequest) {
    for (const candidate of this.candidates) {
      const { method: wanted, pattern, parameters } = candidate;
      if (method !== wanted) continue;
      const match = pattern.exec(path);
      if (match !== null && parameters.every(([name, value]) => hasParameter(query, name, value)))
        return { candidate, match };
    }
    return undefined;
  }
}

function candidateOf(operation: OperationModel | undefined): Candidate[] {
  if (operation?.http === undefined) return [];
  const [path = '', query = ''] = operation.http.uri.split('?');
  const labels: string[] = [];
  const pattern = path
    .replace(/\/$/, '')
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const label = /^\{(\w+)(\+?)\}$/.exec(part);
      if (label === null) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      labels.push(label[1] as string);
      return label[2] === '+' ? '(.+)' : '([^/]+)';
    })
    .join('');
  const parameters = [...new URLSearchParams(query)];
  return [
    {
      operation,
      method: operation.http.method,
      pattern: new RegExp(`^${pattern}/?$`),
      labels,
      parameters,
      literals: path.replace(/\{\w+\+?\}/g, '').length + 10 * parameters.length,
    },
  ];
}

function hasParameter(query: URLSearchParams, name: string, value: string): boolean {
  return value === '' ? query.has(name) : query.get(name) === value;
}

function decodePath(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('ValidationException', `The path has a part that is not percent-encoded: ${text}`);
  }
}

/**
 * Converts the text of a path, parameter or header to the member's type. @param name name of the parameter or header
 */
export type FromText = (shape: Shape, text: string, name: string) => unknown;

/** Reads the members in a request's path, query and headers, converted as in JSON unless `read` does otherwise. */
export function readLocated(
  shape: StructureShape,
  request: HttpRequest,
  labels: Route['labels'],
  read: FromText = fromText,
) {
  const found: Record<string, unknown> = {};
  const { labels: inPath, headers, parameters, prefix, rest } = places.get(shape);
  for (const { name, shape: type } of inPath) found[name] = read(type, labels[name] ?? '', name);
  for (const header in request.headers) {
    const member = headers.get(header);
    if (member !== undefined) found[member.name] = fromHeader(member, request.headers[header] as string, header, read);
  }
  for (const parameter of request.query.keys()) {
    const member = parameters.get(parameter);
    if (member === undefined) continue;
    found[member.name] = fromQuery(member.shape, request.query.getAll(parameter), parameter, read);
  }
  if (prefix !== undefined) found[prefix.name] = withPrefix(request.headers, prefix.traits.prefix as string);
  // Parameters that no other member claims.
  if (rest !== undefined)
    found[rest.name] = Object.fromEntries([...request.query].filter(([parameter]) => !parameters.has(parameter)));
  return found;
}

/** Locations of a structure's members. */
interface Places {
  readonly labels: readonly Member[];
  readonly headers: ReadonlyMap<string, Member>;
  readonly parameters: ReadonlyMap<string, Member>;
  readonly prefix?: Member;
  readonly rest?: Member;
}

// Indexed by location, since requests have few headers and operations many.
const places = new Memo((shape: StructureShape): Places => {
  const members = [...shape.members.values()];
  const by = (trait: string) =>
    new Map(members.flatMap((member) => (member.traits[trait] === undefined ? [] : [[member.traits[trait], member]])));
  return {
    labels: members.filter(({ traits }) => traits.label !== undefined),
    headers: by('header'),
    parameters: by('query'),
    prefix: members.find(({ traits }) => traits.prefix !== undefined),
    rest: members.find(({ traits }) => traits.queries !== undefined),
  };
});

const ELSEWHERE = ['label', 'header', 'query', 'prefix', 'queries', 'status'];
const inBodies = new Memo((shape: StructureShape): readonly Member[] =>
  [...shape.members.values()].filter(({ traits }) => !ELSEWHERE.some((name) => traits[name] !== undefined)),
);

/** Members in the body: those outside of path, query, headers and status. */
export const bodyMembersOf = (shape: StructureShape) => inBodies.get(shape);

/** The member that is the whole body, if any. */
export function payloadOf(shape: StructureShape): Member | undefined {
  return bodyMembersOf(shape).find(({ traits }) => traits.payload !== undefined);
}

function withPrefix(headers: HttpRequest['headers'], prefix: string): Record<string, string> | undefined {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return named.length === 0
    ? undefined
    : Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value]));
}

function fromQuery(shape: Shape, values: readonly string[], parameter: string, read: FromText): unknown {
  if (shape.type === 'list') return values.map((value) => read(shape.of.shape, value, parameter));
  return read(shape, values[0] ?? '', parameter);
}

function fromHeader({ shape }: Member, value: string, header: string, read: FromText): unknown {
  if (shape.type !== 'list') return read(shape, value, header);
  return value.split(',').map((item) => read(shape.of.shape, item.trim(), header));
}

// Text that isn't of its type stays a string: decode() reports the member and the problem.
function fromText(shape: Shape, text: string): unknown {
  if (shape.type === 'number') return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
  if (shape.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (shape.type === 'timestamp') return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}

/** Splits an output's members into headers and body. */
export function writeLocated(shape: StructureShape, output: Readonly<Record<string, unknown>>) {
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  let status: number | undefined;
  for (const name in output) {
    const value = output[name];
    const member = value === undefined || value === null ? undefined : shape.members.get(name);
    if (member === undefined) continue;
    if (member.traits.header !== undefined) headers[member.traits.header] = toHeader(member, value);
    else if (member.traits.prefix !== undefined) {
      for (const [name, text] of Object.entries(value as object))
        headers[`${member.traits.prefix}${name}`] = headerText(String(text));
    } else if (member.traits.status !== undefined) status = Number(value);
    else body[member.name] = value;
  }
  return { headers, body, status };
}

function toHeader({ shape, traits }: Member, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => headerText(String(item))).join(', ');
  if (!isDate(value)) return headerText(String(value));
  const format = traits.format ?? shape.traits.format;
  if (format === 'date-time') return value.toISOString();
  return format === 'epoch-seconds' ? String(value.getTime() / 1000) : value.toUTCString();
}

/** A header's value: UTF-8 bytes as characters, without the control characters that HTTP forbids. */
export function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these can't be in a header.
  if (!/[\u0000-\u001f\u007f\u0100-\uffff]/.test(value)) return value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these can't be in a header.
  const clean = value.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return /[\u0100-\uffff]/.test(clean) ? Buffer.from(clean).toString('latin1') : clean;
}
