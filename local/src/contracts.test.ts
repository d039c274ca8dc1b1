import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describeClient, MODELS, modelFiles } from '../scripts/models';
import type { Rule } from './core/contract';
import { Memo } from './core/memo';
import type { Shape, StructureShape } from './core/model';
import { services } from './services';

const SERVICES = join(__dirname, 'services');

/** Code outside of the service's folder that uses its operations' input. */
const ELSEWHERE: Readonly<Record<string, string>> = { firehose: '../delivery', athena: '../query' };

/** A service's sources, without its contract, which names members that no code needs to know. */
function sourcesOf(service: string): string {
  const tags = textOf(join(__dirname, 'core', 'tags.ts'));
  return [tags, ...[service, ELSEWHERE[service] ?? []].flat().map(sourcesIn)].join('\n');
}

function sourcesIn(folder: string): string {
  return readdirSync(join(SERVICES, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'contract.ts')
    .map((file) => textOf(join(SERVICES, folder, file)))
    .join('\n');
}

/** The words of an operation's file, of the service's state and protocol, and of what those import from the service. */
function wordsNear(service: string, operation: string): ReadonlySet<string> | undefined {
  const folder = join(SERVICES, service);
  const own = sourceFiles(join(folder, 'operations')).find((file) =>
    new RegExp(`'${operation}',\\s*\\{`).test(textOf(file)),
  );
  // S3 makes the operations on a bucket's configurations from a table.
  if (own === undefined && service === 's3') return undefined;
  if (own === undefined) throw new Error(`No file of ${service}/operations defines ${operation} by its name.`);
  const reached = new Set([own, join(folder, 'state.ts'), join(folder, 'rest', 'index.ts')].filter(existsSync));
  for (const file of reached) {
    for (const [, path = ''] of textOf(file).matchAll(/(?:from |require\(|import\()'(\.[^']+)'/g)) {
      const target = `${resolve(dirname(file), path)}.ts`;
      if (target.startsWith(folder) && existsSync(target) && !/(contract|errors)\.ts$/.test(target))
        reached.add(target);
    }
  }
  return new Set([...reached].flatMap((file) => textOf(file).match(/[\w-]+/g) ?? []));
}

const sourceFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
        .map((file) => join(folder, file))
    : [];

/** A file's code without the names that it doesn't read: those of comments, of types, and of an answer's constants. */
const texts = new Memo((file: string) =>
  readFileSync(file, 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\/\/ .*/g, '')
    .replace(/\breadonly \w+\??:/g, '')
    .replace(/\b\w+: (?:true|false|\d+|'[^']*')(?=[,\s}])/g, ''),
);
const textOf = (file: string): string => texts.get(file);

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
      // A member's name may be used for another operation's input: its own members are looked for near it.
      const near = wordsNear(name, operation) ?? words;
      for (const { rule, within, ignored } of membersIn((shape) => contract.rulesOf(shape), input)) {
        const structure = within.at(-1) as string;
        const { name: member, traits } = rule.member;
        for (const one of [structure, member, `${structure}.${member}`]) met.add(one);
        const kept = [...within, rule.member.target].some((one) => contract.keeps(one));
        // A member with one possible value is acted on by the check of its limit.
        if (ignored || kept || rule.fate === 'refused' || rule.limit.values?.length === 1) continue;
        const names = [member, traits.header, traits.query];
        const used = within.length === 1 ? near : words;
        if (!names.some((one) => one !== undefined && used.has(one))) undecided.add(`${structure}.${member}`);
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
