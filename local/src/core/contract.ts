import type { StateType } from './cloud';
import { Memo } from './memo';
import { EMPTY, type Member, Model, type OperationModel, type StructureShape } from './model';
import type { Context, HandlerContext, Operation, Resource, Strict } from './operation';
import type { Owner } from './owner';

/** Constraints of a value that AWS's schemas in the SDK omit; each type's API reference states them. */
export interface Limit {
  /** Minimum length of a string, blob, list or map, or minimum of a number. */
  readonly min?: number;
  readonly max?: number;
  /** Regular expression for the whole string. */
  readonly pattern?: string;
  /** All possible values of a string. */
  readonly values?: readonly string[];
  /** Whether a number may have a fraction. @default false */
  readonly double?: boolean;
  /** Whether AWS's message of a violated pattern leaves the value out. @default false */
  readonly unprinted?: boolean;
  /** Whether a member is required. @default the schema's */
  readonly required?: boolean;
  /** Constraints of a list's items, or of a map's values. */
  readonly of?: Limit;
  /** Constraints of a map's keys. */
  readonly keys?: Limit;
}

/** Values by a member's name, or by `Structure.Member`, which takes precedence. */
type ByMember<T> = Readonly<Record<string, T>>;

/** A service's additions to its model. */
export interface ContractOptions<S extends object = object> {
  /**
   * Loads the resources of operations without `resource`, by the input member that names them; the first member that
   * an operation has counts.
   */
  readonly resources?: () => ByMember<(input: never, context: Context) => Resource>;
  /** Loads the service's state, which its handlers get with their context. @default none */
  readonly state?: () => StateType<S>;
  readonly limits?: ByMember<Limit>;
  /** Members that are accepted, and returned if they are stored, but have no effect; each with its reason. */
  readonly ignores?: ByMember<string>;
  /** Members that are refused by name, separated by spaces: the service can't do what they ask for. */
  readonly refuses?: string;
  /**
   * Structures that are stored and returned whole, separated by spaces: no code reads their members one by one. Only
   * the test that checks each member's use needs them.
   */
  readonly keeps?: string;
  /**
   * Name of the error for tags whose keys begin with `aws:`, which are AWS's own. @default none: the service has no
   * tags, or checks them in words of its own
   */
  readonly reservedTagCode?: string;
  /**
   * Whether an account's owner needs the permission of another account's resource, as roles do.
   * @default false: the service has no such resources, or refuses them itself
   */
  readonly asksOwners?: boolean;
  /** Name of the error for violated constraints. @default ValidationException, in Query ValidationError */
  readonly violationCode?: string;
  /** Further members of that error. @default none */
  readonly violationFields?: Readonly<Record<string, string>>;
  /** Names by which AWS's messages of violated constraints call members of the request. @default their own */
  readonly shownAs?: Readonly<Record<string, string>>;
  /** Whether AWS's messages of violated constraints leave all values out. @default false */
  readonly valuesUnprinted?: boolean;
  /**
   * XML namespace of the Query protocol, for a JSON service that supports forms too.
   * @default the model's for a Query service, and for CloudWatch's JSON 1.0
   */
  readonly queryNamespace?: string;
  /** Most bytes of a request's body. @default 16 MiB */
  readonly maxBodyBytes?: number;
  /**
   * Decodes and checks requests, for a service whose errors have words of their own. @default `decode` of core/shape
   */
  readonly decode?: (
    contract: Contract<never>,
    operation: string,
    raw: unknown,
    caller: Owner,
  ) => Record<string, unknown>;
  /**
   * Reads and checks the JSON of requests that come in great numbers at once, faster than by parsing and decoding.
   * @returns undefined for any that is to be parsed and decoded
   */
  readonly readJson?: (operation: string, body: Buffer) => Record<string, unknown> | undefined;
  /** The `__type` of an error in JSON. @default its code */
  readonly errorType?: (code: string) => string;
  /** Whether answers carry `x-amz-id-2`, the SDK's `extendedRequestId`. @default false */
  readonly hostId?: boolean;
}

/** Handling of a member in a request. */
export type Fate = 'used' | 'ignored' | 'refused';

/** A member with its service's rule. */
export interface Rule {
  readonly member: Member;
  /** The member's name in JSON. */
  readonly json: string;
  readonly required: boolean;
  readonly limit: Limit;
  readonly fate: Fate;
}

type Client = Readonly<Record<string, unknown>>;
/** Names of the operations of an SDK client (`typeof import('@aws-sdk/client-kinesis')`). */
export type OperationName<C> = keyof C extends infer K ? (K extends `${infer N}Command` ? N : never) : never;
type CommandOf<C, N extends string> =
  C extends Readonly<Record<`${N}Command`, infer K>>
    ? K extends abstract new (
        ...parameters: never
      ) => infer Instance
      ? Instance
      : never
    : never;
/** Input type of an operation in the SDK's client. */
export type InputOf<C, N extends string> = CommandOf<C, N> extends { readonly input: infer I } ? I : never;
/** Output type of an operation; unknown if it has no members: the handler's result is then ignored. */
export type OutputOf<C, N extends string> =
  CommandOf<C, N> extends {
    resolveMiddleware(...parameters: never): (...parameters: never) => Promise<{ output: infer O }>;
  }
    ? keyof Omit<O, '$metadata'> extends never
      ? unknown
      : Omit<O, '$metadata'>
    : never;

/** An operation's permissions and handler, without its service's contract. */
export interface Behaviour<I, O, S> extends Pick<Operation<I, O>, 'resource' | 'permissions'> {
  readonly handle: (input: Strict<I>, context: HandlerContext<S>) => Promise<O> | O;
}

/**
 * A service's contract: AWS's model with the limits that the model lacks.
 * `C` is the type of the official client, `typeof import('@aws-sdk/client-kinesis')`, `S` that of the service's state.
 */
export class Contract<C = Client, S extends object = object> {
  private loaded: Model | undefined;
  private stateType: StateType<S> | undefined;
  private readonly rules = new Memo((shape: StructureShape): readonly Rule[] =>
    [...shape.members.values()].map((member) => this.ruleOf(shape, member)),
  );
  private readonly resources = new Memo((name: string): ((input: never, context: Context) => Resource | undefined) => {
    const { members } = this.modelOf(name).input;
    const found = Object.entries(this.options.resources?.() ?? {}).find(([member]) => members.has(member));
    return found?.[1] ?? (() => undefined);
  });
  private readonly refused: ReadonlySet<string>;
  private readonly kept: ReadonlySet<string>;

  /** @param service name of the service's folder and of its model's file. */
  constructor(
    readonly service: string,
    readonly options: ContractOptions<S> = {},
  ) {
    this.refused = new Set(options.refuses?.split(/\s+/));
    this.kept = new Set(options.keeps?.split(/\s+/));
  }

  /** Read at first use: a service that isn't called costs nothing. */
  get model(): Model {
    this.loaded ??= new Model(this.service);
    return this.loaded;
  }

  /** The class of the service's state; undefined for a service without. */
  get state(): StateType<S> | undefined {
    this.stateType ??= this.options.state?.();
    return this.stateType;
  }

  /** Defines an operation by its name, which determines its contract and types, and its behaviour. */
  readonly operation = <N extends OperationName<C>>(
    name: N,
    behaviour: Behaviour<InputOf<C, N>, OutputOf<C, N>, S>,
  ): Operation<InputOf<C, N>, OutputOf<C, N>> => this.operationOf(name, behaviour);

  /** Defines an operation whose handler's types aren't those of the SDK's client. */
  readonly operationOf = <I, O>(name: OperationName<C>, behaviour: Behaviour<I, O, S>): Operation<I, O> => ({
    name,
    contract: this as Contract<never>,
    ...behaviour,
  });

  /** The members of an answer: none for an output without members, whatever its handler returned. */
  outputOf(name: string, returned: unknown): unknown {
    const { output } = this.modelOf(name);
    if (output.members.size > 0) return returned;
    return output === EMPTY ? undefined : {};
  }

  /** The resource of an operation by `resources`; undefined if its input has none of those members. */
  resourceOf(name: string, input: unknown, context: Context): Resource | undefined {
    return this.resources.get(name)(input as never, context);
  }

  /** XML namespace of the Query protocol; undefined for a service without forms. */
  get queryNamespace(): string | undefined {
    const { name, namespace } = this.model.protocol;
    const own = name === 'query' || (name === 'json-1.0' && namespace !== '-') ? namespace : undefined;
    return this.options.queryNamespace ?? own;
  }

  /** @throws Error if AWS's model has no such operation. */
  modelOf(name: string): OperationModel {
    const found = this.model.operation(name);
    if (found === undefined) throw new Error(`AWS's model of ${this.service} has no operation ${name}.`);
    return found;
  }

  /** The service's rule for each member of a structure. */
  rulesOf(shape: StructureShape): readonly Rule[] {
    return this.rules.get(shape);
  }

  /** The reason why a member is ignored. */
  reasonFor(structure: string, member: string): string | undefined {
    return pick(this.options.ignores, structure, member);
  }

  keeps(structure: string): boolean {
    return this.kept.has(structure);
  }

  private ruleOf({ name: structure }: StructureShape, member: Member): Rule {
    const limit = pick(this.options.limits, structure, member.name) ?? {};
    const refused = this.refused.has(`${structure}.${member.name}`) || this.refused.has(member.name);
    const ignored = this.reasonFor(structure, member.name) !== undefined;
    return {
      member,
      json: member.traits.json ?? member.name,
      limit,
      required: limit.required ?? member.required,
      fate: ignored ? 'ignored' : refused ? 'refused' : 'used',
    };
  }
}

function pick<T>(table: ByMember<T> | undefined, structure: string, member: string): T | undefined {
  return table?.[`${structure}.${member}`] ?? table?.[member];
}
