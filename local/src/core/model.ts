import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Memo } from './memo';

/** A member's or type's wire traits: `header`, `query`, `label`, `xml`, `flattened`, … (`local/scripts/models.ts`). */
export type Traits = Readonly<Record<string, string>>;

/** A type of AWS's service model. */
export type Shape =
  | { readonly type: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document'; readonly traits: Traits }
  | { readonly type: 'list'; readonly of: Member; readonly traits: Traits }
  | { readonly type: 'map'; readonly key: Member; readonly of: Member; readonly traits: Traits }
  | StructureShape;

export interface StructureShape {
  readonly type: 'structure';
  /** The structure's name in the model, such as `PutRecordsRequestEntry`. */
  readonly name: string;
  readonly members: ReadonlyMap<string, Member>;
  readonly traits: Traits;
}

/** A structure's member, a list's item, or a map's key or value. */
export interface Member {
  readonly name: string;
  /** Name of the member's type, for tests and documents. */
  readonly target: string;
  readonly required: boolean;
  /** The member's own traits. */
  readonly traits: Traits;
  /** The type, resolved lazily: shapes may contain themselves. */
  readonly shape: Shape;
}

/** An operation in the model. */
export interface OperationModel {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** For REST: the method, the pattern of path and query, and the status of success. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

/** A service's protocol: its name, the prefix of `X-Amz-Target`, the API's version and XML namespace. */
export interface Protocol {
  readonly name: 'json-1.0' | 'json-1.1' | 'query' | 'rest-json' | 'rest-xml';
  readonly target: string;
  readonly version: string;
  readonly namespace: string;
}

const MODELS = join(__dirname, '..', '..', 'models');
const NO_TRAITS: Traits = {};
/** Errors of AWS's common framework, which models omit. */
const SHARED_ERRORS: ReadonlySet<string> = new Set(['SerializationException', 'AccessDeniedException']);
/** The structure of a missing input or output. */
export const EMPTY: StructureShape = { type: 'structure', name: '', members: new Map(), traits: NO_TRAITS };

/**
 * A service's contract as AWS publishes it, read from `local/models/<service>.txt`. The file stays one string until an
 * operation is looked up: a service that isn't called costs no more.
 */
export class Model {
  readonly protocol: Protocol;
  private split: Map<string, string> | undefined;
  private readonly text: string;
  private readonly shapes = new Memo((name: string) => this.parse(name));
  private readonly operations = new Memo((name: string) => this.parseOperation(name));

  /** @param service name of the service's folder, and of the file */
  constructor(service: string) {
    this.text = readFileSync(join(MODELS, `${service}.txt`), 'utf8');
    const [, name, target = '', version = '', namespace = ''] = this.text.split('\n', 2)[1]?.split(' ') ?? [];
    this.protocol = { name: name as Protocol['name'], target, version, namespace };
  }

  /** The file's lines, by the names at their beginning. */
  private get lines(): ReadonlyMap<string, string> {
    this.split ??= new Map(
      this.text.split('\n').map((line) => {
        const space = line.indexOf(' ');
        return [line.slice(0, space), line.slice(space + 1)];
      }),
    );
    return this.split;
  }

  /** Names of all operations of AWS's service. */
  operationNames(): string[] {
    return [...this.lines].filter(([, body]) => body.startsWith('(')).map(([name]) => name);
  }

  /** Undefined for a name that AWS lacks too. */
  operation(name: string): OperationModel | undefined {
    return this.operations.get(name);
  }

  private parseOperation(name: string): OperationModel | undefined {
    const [open, input, output, , method, uri, status] = this.lines.get(name)?.split(' ') ?? [];
    if (open !== '(' || input === undefined || output === undefined) return undefined;
    const http = method === undefined || uri === undefined ? {} : { http: { method, uri, status: Number(status) } };
    return { name, input: this.structure(input), output: this.structure(output), ...http };
  }

  /** HTTP status of an error, if the model has one. */
  errorStatus(code: string): number | undefined {
    const status = /^!\{.* \}.*\|status=(\d+)/.exec(this.lines.get(code) ?? '')?.[1];
    return status === undefined ? undefined : Number(status);
  }

  /**
   * Name of an error's message member: `message`, or `Message` in older services. Errors of the protocol have the
   * latter.
   */
  messageName(code: string): string {
    const line = this.lines.get(code);
    if (line === undefined) return SHARED_ERRORS.has(code) ? 'Message' : 'message';
    return / Message\*?:/.test(line) ? 'Message' : 'message';
  }

  private structure(name: string): StructureShape {
    if (name === '-') return EMPTY;
    const shape = this.shapes.get(name);
    if (shape.type !== 'structure') throw new Error(`${name} is no structure of the model.`);
    return shape;
  }

  private parse(name: string): Shape {
    const body = this.lines.get(name);
    // A name without a line is a simple type.
    if (body === undefined) return { type: name as 'string', traits: NO_TRAITS };
    const parts = body.split(' ');
    const kind = parts[0];
    if (kind === '=') return this.simple(parts[1] as string);
    if (kind === '[')
      return {
        type: 'list',
        of: this.member('member', parts[1] as string),
        traits: traitsIn((parts[2] as string).slice(1)),
      };
    if (kind === '<')
      return {
        type: 'map',
        key: this.member('key', parts[1] as string),
        of: this.member('value', parts[2] as string),
        traits: traitsIn((parts[3] as string).slice(1)),
      };
    const members = parts.slice(1, -1).map((part) => {
      const colon = part.indexOf(':');
      return this.member(part.slice(0, colon), part.slice(colon + 1));
    });
    return {
      type: 'structure',
      name,
      members: new Map(members.map((member) => [member.name, member])),
      traits: traitsIn((parts.at(-1) as string).slice(1)),
    };
  }

  private simple(text: string): Shape {
    const [target = '', ...traits] = text.split('|');
    const shape = this.shapes.get(target);
    return { ...shape, traits: { ...shape.traits, ...traitsIn(traits.join('|')) } } as Shape;
  }

  private member(label: string, text: string): Member {
    const bar = text.indexOf('|');
    const target = bar === -1 ? text : text.slice(0, bar);
    const required = label.endsWith('*');
    const load = () => this.shapes.get(target);
    let shape: Shape | undefined;
    return {
      name: required ? label.slice(0, -1) : label,
      target,
      required,
      traits: bar === -1 ? NO_TRAITS : traitsIn(text.slice(bar + 1)),
      get shape() {
        shape ??= load();
        return shape;
      },
    };
  }
}

function traitsIn(text: string): Traits {
  if (text === '') return NO_TRAITS;
  return Object.fromEntries(
    text
      .split('|')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=');
        if (equals === -1) return [part, ''];
        const [name, value] = [part.slice(0, equals), part.slice(equals + 1)];
        // Header names are compared in lower case, as in requests here.
        return [name, name === 'header' || name === 'prefix' ? value.toLowerCase() : value];
      }),
  );
}
