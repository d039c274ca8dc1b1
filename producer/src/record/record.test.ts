import { Readable } from 'node:stream';
import { RECORD_FIELDS } from './fields';
import { createNdjsonSource } from './ndjson';
import { createRecordSource, type EventChunk, type EventSource, type RecordSettings } from './source';
import { createTemplateSource } from './template/template';

const eventsOf = ({ bytes, starts, ends }: EventChunk): string[] =>
  starts.map((start, i) => bytes.toString('utf8', start, ends[i]));

const take = async (source: EventSource, max: number): Promise<string[]> => {
  const chunk = await source.next(max);
  return chunk ? eventsOf(chunk) : [];
};

async function takeAll(source: EventSource, max: number): Promise<string[]> {
  const events: string[] = [];
  for (let some = await take(source, max); some.length > 0; some = await take(source, max)) events.push(...some);
  return events;
}

describe("the article's record", () => {
  const records = async (settings: RecordSettings) =>
    (await take(createRecordSource(settings), 2_000)).map((line) => JSON.parse(line) as Record<string, unknown>);

  test('has the fields that the table has, in their order, each in its form', async () => {
    const made = await records({});
    for (const record of made) {
      expect(Object.keys(record)).toEqual(RECORD_FIELDS.map(({ name }) => name));
      expect(record).toEqual({
        uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        event_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        status: expect.stringMatching(/^(Active|Inactive|Canceled)$/),
        name: expect.stringMatching(/^[A-Z]/),
        last_name: expect.stringMatching(/^[A-Z]/),
        email: expect.stringMatching(/^[a-z0-9._]+@example\.(com|net|org)$/),
        phone: expect.any(Number),
      });
      expect(record.phone).toBeGreaterThanOrEqual(900_000_000);
      expect(record.phone).toBeLessThanOrEqual(999_999_999);
    }
    expect(new Set(made.map(({ uuid }) => uuid)).size).toBe(2_000);
  });

  test("is dated now, and without a zone in the original's form", async () => {
    const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000 + 9 };
    expect((await records({ clock }))[0]?.event_date).toBe('2026-01-02T03:04:05.678009Z');
    const [original] = await records({ clock, form: 'original' });
    expect(new Date(`${original?.event_date}`).getTime()).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    expect(original?.event_date).toMatch(/\.678009$/);
  });
});

describe('NDJSON input', () => {
  test.each([1, 3, 7, 1_000])('gives the lines as they are, read in pieces of %i bytes', async (size) => {
    const text = '{"a":"ü"}\r\n\n {"b": 2} \nnot json\n\n{"last":true}';
    const bytes = Buffer.from(text);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const source = createNdjsonSource(Readable.from(pieces));
    expect(await takeAll(source, 2)).toEqual(['{"a":"ü"}', ' {"b": 2} ', 'not json', '{"last":true}']);
  });

  test('keeps no more of an endless line than is needed to refuse it', async () => {
    const pieces = [...Array.from({ length: 50 }, () => Buffer.alloc(1_000, 'x')), Buffer.from('\n{"a":1}\n')];
    const events = await takeAll(createNdjsonSource(Readable.from(pieces), 2_000), 10);
    expect(events.map(({ length }) => length)).toEqual([2_001, 7]);
  });
});

describe('a template', () => {
  test('calls faker by today’s and by older names, and escapes inside strings', async () => {
    const template = `{
      "n": {{random.number({"min":5,"max":5})}},
      "who": "{{name.firstName}}",
      "text": "{{helpers.arrayElement(["a \\"b\\" \\\\"])}}",
      "list": {{helpers.arrayElements(["x"])}},
      "at": "{{date.now}}"
    }`;
    const [line = ''] = await take(createTemplateSource(template, { clock: { now: () => 0 } }), 1);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      n: 5,
      who: expect.stringMatching(/^[A-Z]/),
      text: 'a "b" \\',
      list: ['x'],
      at: '1970-01-01T00:00:00.000000Z',
    });
  });

  test('gives the same events for the same seed', async () => {
    const template = '{"id":"{{string.uuid}}","at":"{{date.recent}}","now":"{{date.now}}"}';
    const [first, second] = await Promise.all([7, 7].map((seed) => take(createTemplateSource(template, { seed }), 20)));
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(20);
  });

  test.each([
    ['{"a":"{{person.nope}}"}', 'person.nope'],
    ['{"a":{{number.int({min:1})}}}', 'not JSON'],
    ['{"a":{{constructor.constructor("x")}}}', 'constructor'],
    ['{"a":{{person.firstName}}}', 'does not make JSON'],
  ])('is refused by name: %s', (template, message) => {
    expect(() => createTemplateSource(template)).toThrow(message);
  });
});
