import type { Limit, Rule } from './core/contract';
import type { AwsError } from './core/errors';
import type { Shape, StructureShape } from './core/model';
import { decode, type Wire } from './core/shape';
import { services } from './services';

type RulesOf = (shape: StructureShape) => readonly Rule[];

/** The ways to the refused members of a request. */
function* refusedIn(
  rulesOf: RulesOf,
  shape: Shape,
  way: readonly Rule[] = [],
  within: readonly string[] = [],
): Generator<readonly Rule[]> {
  if (shape.type === 'list' || shape.type === 'map') return yield* refusedIn(rulesOf, shape.of.shape, way, within);
  if (shape.type !== 'structure' || within.includes(shape.name)) return;
  for (const rule of rulesOf(shape)) {
    if (rule.fate === 'refused') yield [...way, rule];
    else yield* refusedIn(rulesOf, rule.member.shape, [...way, rule], [...within, shape.name]);
  }
}

/** A structure with its required members, and those on the way to a member. */
function requestWith(rulesOf: RulesOf, shape: StructureShape, [next, ...way]: readonly Rule[], wire: Wire) {
  const value: Record<string, unknown> = {};
  for (const rule of rulesOf(shape)) {
    if (rule !== next && (!rule.required || rule.fate === 'refused')) continue;
    const onWay = rule === next && way.length > 0 ? way : undefined;
    value[wire === 'json' ? rule.json : rule.member.name] = sampleOf(
      rulesOf,
      rule.member.shape,
      rule.limit,
      wire,
      onWay,
    );
  }
  return value;
}

/** A value that asks for something. */
function sampleOf(rulesOf: RulesOf, shape: Shape, limit: Limit, wire: Wire, way?: readonly Rule[]): unknown {
  switch (shape.type) {
    case 'list':
      return [sampleOf(rulesOf, shape.of.shape, limit.of ?? {}, wire, way)];
    case 'map':
      return { abc: sampleOf(rulesOf, shape.of.shape, limit.of ?? {}, wire, way) };
    case 'structure':
      return requestWith(rulesOf, shape, way ?? rulesOf(shape).slice(0, 1), wire);
    case 'number':
      return Math.max(limit.min ?? 1, 1);
    case 'boolean':
      return true;
    case 'timestamp':
      return wire === 'json' ? 1 : new Date(1000);
    case 'blob':
      return wire === 'json' ? 'YWJj' : Buffer.from('abc');
    default:
      return limit.values?.[0] ?? 'abc';
  }
}

const OWNER = { accountId: '000000000000', region: 'us-east-1' };

function codeOf(work: () => unknown): unknown {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as AwsError).code ?? error;
  }
}

// S3's members are refused by its own protocol.
test.each(services.filter(({ rest }) => rest === undefined).map((service) => [service.name, service] as const))(
  '%s: a refused member that asks for something is refused, whatever its type',
  (_name, { contract, operations }) => {
    const rulesOf: RulesOf = (shape) => contract.rulesOf(shape);
    const own = contract.options.decode;
    const other: string[] = [];
    for (const operation of operations().keys()) {
      const { input } = contract.modelOf(operation);
      for (const way of refusedIn(rulesOf, input)) {
        for (const wire of ['json', 'cbor'] as const) {
          const raw = requestWith(rulesOf, input, way, wire);
          if (own !== undefined && wire === 'cbor') continue;
          const code = codeOf(() =>
            own === undefined ? decode(contract, operation, raw, wire) : own(contract, operation, raw, OWNER),
          );
          if (code !== 'NotImplementedException')
            other.push(`${operation}, ${wire}: ${way.map(({ member }) => member.name).join('.')}: ${code}`);
        }
      }
    }
    expect(other).toEqual([]);
  },
);
