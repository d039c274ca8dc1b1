import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeClient, MODELS, modelFiles } from '../scripts/models';
import type { Rule } from './core/contract';
import type { Shape, StructureShape } from './core/model';
import { services } from './services';

const SERVICES = join(__dirname, 'services');

/** Code outside of the service's folder that uses its operations' input. */
const ELSEWHERE: Readonly<Record<string, string>> = { firehose: '../delivery', athena: '../query' };

/** A service's sources, without its contract, which names members that no code needs to know. */
function sourcesOf(service: string): string {
  const tags = readFileSync(join(__dirname, 'core', 'tags.ts'), 'utf8');
  return [tags, ...[service, ELSEWHERE[service] ?? []].flat().map(sourcesIn)].join('\n');
}

function sourcesIn(folder: string): string {
  return readdirSync(join(SERVICES, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'contract.ts')
    .map((file) => readFileSync(join(SERVICES, folder, file), 'utf8'))
    .join('\n');
}

/** Every member that a request of the operation may have, at every depth, with the structures that it is in. */
function* membersIn(
  rulesOf: (shape: StructureShape) => readonly Rule[],
  shape: Shape,
  within: readonly string[] = [],
  ignored = false,
): Generator<{ rule: Rule; within: readonly string[]; ignored: boolean }> {
  if (shape.type === 'list' || shape.type === 'map') return yield* membersIn(rulesOf, shape.of.shape, within, ignored);
  if (shape.type !== 'structure' || within.includes(shape.name)) return;
  const here = [...within, shape.name];
  for (const rule of rulesOf(shape)) {
    const off = ignored || rule.fate === 'ignored';
    yield { rule, within: here, ignored: off };
    if (rule.fate !== 'refused') yield* membersIn(rulesOf, rule.member.shape, here, off);
  }
}

test.each(services.map((service) => [service.name, service] as const))(
  '%s: every member of every operation is acted on, ignored with a reason, or refused',
  (name, { contract, operations }) => {
    const source = sourcesOf(name);
    const words = new Set(source.match(/[\w-]+/g));
    const undecided = new Set<string>();
    const met = new Set<string>();
    for (const operation of operations().keys()) {
      const input = contract.modelOf(operation).input;
      for (const { rule, within, ignored } of membersIn((shape) => contract.rulesOf(shape), input)) {
        const structure = within.at(-1) as string;
        const { name: member, traits } = rule.member;
        for (const one of [structure, member, `${structure}.${member}`]) met.add(one);
        const kept = [...within, rule.member.target].some((one) => contract.keeps(one));
        if (ignored || rule.fate === 'refused' || kept) continue;
        const names = [member, traits.header, traits.query];
        if (!names.some((one) => one !== undefined && words.has(one))) undecided.add(`${structure}.${member}`);
      }
    }
    expect([...undecided]).toEqual([]);
    // The contract's entries must be members of the model.
    const { limits = {}, ignores = {}, refuses = '', keeps = '' } = contract.options;
    const said = [...Object.keys(limits), ...Object.keys(ignores), ...`${refuses} ${keeps}`.split(/\s+/)];
    expect(said.filter((one) => one !== '' && !met.has(one))).toEqual([]);
  },
);

test('the models are those of the installed clients: `npm run models --workspace lakehouse-local` renews them', () => {
  for (const [file, client] of modelFiles()) {
    const [, ...written] = readFileSync(join(MODELS, file), 'utf8').split('\n');
    const [, ...now] = describeClient(client).split('\n');
    expect([file, ...written]).toEqual([file, ...now]);
  }
});
