import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { signaturesText } from '../../../scripts/faker-signatures';
import type { ArgumentType, Signature } from './arguments';
import { listIn, supportedFunctions } from './list';
import { momentFormat } from './moment';
import { OLD_FUNCTIONS } from './old-names';
import { createTemplateSource, FAKER_METHODS } from './template';

const render = async (template: string, seed = 1, count = 1): Promise<string[]> => {
  const chunk = await createTemplateSource(template, { seed }).next(count);
  return (chunk?.starts ?? []).map((start, i) => chunk?.bytes.toString('utf8', start, chunk.ends[i]) ?? '');
};
const values = async (expression: string, count = 300): Promise<unknown[]> =>
  (await render(`{"v": {{${expression}}}}`, 1, count)).map((line) => (JSON.parse(line) as { v: unknown }).v);

const folder = join(__dirname, '../../..');
const functions = {
  ...FAKER_METHODS,
  ...Object.fromEntries(Object.entries(OLD_FUNCTIONS).map(([k, v]) => [k, v.signatures])),
};

test("the signatures are those of the faker that is installed, and the README's list is the code's", () => {
  expect(readFileSync(join(__dirname, 'signatures.json'), 'utf8')).toBe(signaturesText());
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  expect(listIn(readme, supportedFunctions())).toBe(readme);
}, 60_000);

/** A value that fits a type, and one that doesn't. */
function fitting(type: ArgumentType): unknown {
  if (type === 'any') return ['a'];
  if (type === 'string') return '2026-01-01';
  if (type === 'number') return 2;
  if (type === 'boolean') return true;
  if ('oneOf' in type) return type.oneOf[0];
  if ('anyOf' in type) return fitting(type.anyOf[0] as ArgumentType);
  if ('array' in type) return [fitting(type.array)];
  if ('map' in type) return { a: fitting(type.map) };
  return Object.fromEntries((type.required ?? []).map((key) => [key, fitting(type.object[key] as ArgumentType)]));
}

test.each(Object.entries(functions))(
  '%s is called bare where it may be, and refuses what it would ignore',
  async (name, calls) => {
    const bare = calls.some((call: Signature) => call.every(({ optional }) => optional));
    if (bare) expect(await render(`{"v": "{{${name}}}"}`)).toHaveLength(1);
    else expect(() => createTemplateSource(`{"v": "{{${name}}}"}`)).toThrow(/needs /);
    const longest = Math.max(...calls.map((call: Signature) => call.length));
    const widest = calls.find((call: Signature) => call.length === longest) ?? [];
    const many = [...widest.map(({ type }) => fitting(type)), 1].map((value) => JSON.stringify(value)).join(', ');
    expect(() => createTemplateSource(`{"v": "{{${name}(${many})}}"}`)).toThrow(name);
    // An option that isn't there, such as one of an older faker.
    const takesAny = calls.some(
      (call: Signature) => call[0]?.type === 'any' || JSON.stringify(call[0]?.type)?.startsWith('{"map"'),
    );
    if (!takesAny) expect(() => createTemplateSource(`{"v": "{{${name}({"nosuch": 1})}}"}`)).toThrow(name);
  },
);

test("the generator's functions honour each of their arguments", async () => {
  const within = (list: unknown[], min: number, max: number) => {
    for (const value of list as number[]) expect([value, value >= min && value <= max]).toEqual([value, true]);
  };
  within(await values('random.number'), 0, 99_999);
  within(await values('random.number(5)'), 0, 5);
  within(await values('random.number({"min": 10, "max": 12})'), 10, 12);
  within(await values('random.number({"max": 12})'), 0, 12);
  const tenths = await values('random.number({"min": -1, "max": 1, "precision": 0.1})');
  within(tenths, -1, 1);
  for (const value of tenths) expect(String(value)).toMatch(/^-?\d(\.\d)?$/);
  expect(new Set(tenths).size).toBe(21);
  for (const value of await values('random.number({"max": 1000, "precision": 100})'))
    expect((value as number) % 100).toBe(0);
  for (const value of await values('random.float({"max": 3, "precision": 0.25})'))
    expect((value as number) % 0.25).toBe(0);
  expect(new Set(await values('random.weightedArrayElement({"weights": [0, 1, 3], "data": [1, 2, 3]})'))).toEqual(
    new Set([2, 3]),
  );
  for (const value of await values('random.arrayElement([1, 2])')) expect([1, 2]).toContain(value);
  const [line] = await render(
    '{"p": "{{phone.phoneNumber("+49 !##-##")}}", "z": "{{address.zipCode("##")}}", "w": "{{random.words(4)}}", "a": "{{random.alphaNumeric(7)}}"}',
  );
  expect(JSON.parse(line ?? '')).toEqual({
    p: expect.stringMatching(/^\+49 [2-9]\d\d-\d\d$/),
    z: expect.stringMatching(/^\d\d$/),
    w: expect.stringMatching(/^\S+ \S+ \S+ \S+/),
    a: expect.stringMatching(/^[a-z0-9]{7}$/),
  });
  const men = new Set(await render('{"v": "{{name.prefix("male")}}"}', 1, 300));
  expect(men).toContain('{"v": "Mr."}');
  for (const women of ['Mrs.', 'Ms.', 'Miss']) expect(men).not.toContain(`{"v": "${women}"}`);
  const [years] = await render('{"d": "{{date.past(10)}}"}');
  expect(Date.parse(JSON.parse(years ?? '').d)).toBeLessThan(Date.parse('2022-02-03'));
});

test.each([
  ['{{number.int({"min": 1, "max": 2, "precision": 3})}}', 'has no "precision"'],
  ['{{random.number("5")}}', 'max is not'],
  ['{{random.number(1, 2)}}', 'takes 1 argument'],
  ['{{random.number({"min": 1, "step": 2})}}', 'has no "step"'],
  ['{{internet.password(20)}}', 'options'],
  ['{{commerce.price(1, 10)}}', 'takes 1 argument'],
  ['{{date.now(YYYY)}}', 'are not JSON'],
  ['{{date.now("LLL")}}', '"LLL" in the format'],
  ['{{date.now("YYYY", "x")}}', 'one format'],
  ['{{date.simTime}}', 'does not know'],
  ['{{random.uuid("x")}}', 'takes no argument'],
  ['{{name.Firstname}}', 'there is name.firstName, person.firstName'],
  ['{{helpers.fake("a")}}', 'does not know'],
  ['{{random.weightedArrayElement({"weights": [1], "data": [1, 2]})}}', 'of one length'],
])('%s is refused: %s', (expression, reason) => {
  expect(() => createTemplateSource(`{"v": "${expression}"}`)).toThrow(reason);
});

describe("dates in Moment's format", () => {
  const clock = { now: () => Date.UTC(2010, 1, 14, 15, 5, 9, 87) * 1000 + 654 };
  test.each([
    ['dddd, MMMM Do YYYY, h:mm:ss a', 'Sunday, February 14th 2010, 3:05:09 pm'],
    ['ddd, hA', 'Sun, 3PM'],
    ['DD/MMM/YYYY:HH:mm:ss ZZ', '14/Feb/2010:15:05:09 +0000'],
    ['YYYY-MM-DD[T]HH:mm:ss.SSSZ', '2010-02-14T15:05:09.087+00:00'],
    ['x X', '1266159909087 1266159909'],
    ['S SS SSSSSS SSSSSSSSS', '0 08 087654 087654000'],
    ['DDDD Q k M D YY [Q]Q', '045 1 15 2 14 10 Q1'],
  ])('%s is %s', (format, text) => expect(momentFormat(format, true)(clock)).toBe(text));

  test('read back are the time that was written', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        const write = (utc: boolean) =>
          momentFormat('YYYY-MM-DD[T]HH:mm:ss.SSSZ', utc)({ now: () => date.getTime() * 1000 });
        expect(Date.parse(write(true))).toBe(date.getTime());
        expect(Date.parse(write(false))).toBe(date.getTime());
      }),
    );
  });
});
