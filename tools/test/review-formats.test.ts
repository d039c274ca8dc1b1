import { type Review, reviewPlan, toHtml, toJson, toMarkdown, toSarif, toSummary, toTerminal } from 'lakehouse-tools';
import { PLANS, planText, reviewOf } from './review-support';

const SECRETS = ['tulip-harbour-secret-41', 'velvet-anchor-token-97', 'copper-meadow-key-63'];

describe('sensitive values', () => {
  const formats = {
    toTerminal: (r: Review) => toTerminal(r, { full: true, width: 10_000 }),
    toMarkdown,
    toJson,
    toHtml,
    toSarif,
    toSummary,
  };
  test('the plans hold them in clear text', () => {
    for (const secret of SECRETS) expect(planText('create')).toContain(secret);
  });

  test.each(Object.keys(formats) as (keyof typeof formats)[])('%s shows none of them, of any plan', (format) => {
    for (const name of PLANS) {
      const text = formats[format](reviewOf(name));
      expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
    }
  });

  test('what is masked is still shown to change', () => {
    const login = reviewOf('create').changes.find(({ type }) => type === 'terraform_data');
    expect(login?.attributes.find(({ path }) => path === 'input.user')?.after).toBe('reader');
    expect(login?.attributes.find(({ path }) => path === 'input.password')).toMatchObject({
      after: '(sensitive)',
      sensitive: true,
    });
  });

  test('a marked value is masked where it has no mark, in a check or another attribute', () => {
    const secret = 'orchid-lantern-58';
    const review = reviewPlan({
      resource_changes: [
        {
          address: 'x_thing.a',
          type: 'x_thing',
          change: {
            actions: ['create'],
            after: { token: secret, note: `use ${secret} here`, [`key ${secret}`]: 1 },
            after_sensitive: { token: true },
          },
        },
      ],
      checks: [{ status: 'fail', instances: [{ problems: [{ message: `${secret} is too short` }] }] }],
    });
    expect(toJson(review)).not.toContain(secret);
    expect(review.warnings).toEqual(['a check: (sensitive) is too short']);
  });
});

describe('formats', () => {
  const hostile = '</script><img src=http://evil.example/x onerror=alert(1)>|`*@team';
  const review = reviewPlan({
    resource_changes: [
      {
        address: 'x_y.z',
        type: 'x_y',
        change: { actions: ['update'], before: { v: 'a' }, after: { v: hostile }, replace_paths: [['v']] },
      },
    ],
    checks: [{ status: 'fail', instances: [{ problems: [{ message: hostile }] }] }],
  });

  test('HTML is one file that loads nothing and runs nothing, whatever the plan says', () => {
    const html = toHtml(review);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|embed)\b/i);
    expect(html).not.toMatch(/<[^>]*\s(src|href)\s*=/i);
    expect(html).toContain(`default-src 'none'`);
    expect(html).toContain('&lt;img');
  });

  test('Markdown gives values no meaning', () => {
    const markdown = toMarkdown(review);
    const warning = markdown.split('\n').find((line) => line.startsWith('- a check')) ?? '';
    expect(warning).toContain('\\<img');
    expect(warning).not.toContain('@team');
  });

  test('SARIF names rule, level, resource and the reason of an accepted finding', () => {
    const log = JSON.parse(toSarif(reviewOf('create')));
    expect(log.version).toBe('2.1.0');
    const results: {
      ruleId: string;
      level: string;
      locations: { logicalLocations: { fullyQualifiedName: string }[] }[];
    }[] = log.runs[0].results;
    const found = results.find(({ ruleId }) => ruleId === 'LH-KINESIS-ENCRYPTION');
    expect(found).toMatchObject({
      level: 'error',
      locations: [{ logicalLocations: [{ fullyQualifiedName: 'aws_kinesis_stream.events' }] }],
    });
    const ids = log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(results.every(({ ruleId }) => ids.includes(ruleId))).toBe(true);
  });

  test('the diagram marks what changes, in Mermaid and in SVG', () => {
    const replaced = reviewOf('replace-stream');
    expect(toMarkdown(replaced)).toMatch(/"-\/\+ events<br\/><small>aws_kinesis_stream<\/small>"\]:::replace/);
    expect(toHtml(replaced)).toContain('<g class="node replace">');
  });

  test('no value steers the terminal: it can neither paint over what is printed nor turn it around', () => {
    const steering = 'kept\u001b[1A\u001b[2K\u202enothing changes\u0007\r';
    const change = { actions: ['update'], before: { v: 'a' }, after: { v: steering } };
    const checks = [{ status: 'fail', instances: [{ problems: [{ message: steering }] }] }];
    const steered = reviewPlan({ resource_changes: [{ address: 'x_y.z', type: 'x_y', change }], checks });
    for (const text of [toTerminal(steered, { full: true }), toSummary(steered)]) {
      expect(text).toContain('kept');
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });

  test('colour is for terminals alone', () => {
    expect(toTerminal(review)).not.toContain('\u001b[');
    expect(toTerminal(review, { color: true })).toContain('\u001b[');
  });
});

describe('columns of a table', () => {
  const table = (...columns: string[]) => ({
    storage_descriptor: [{ columns: columns.map((text) => ({ name: text.split(' ')[0], type: text.split(' ')[1] })) }],
  });
  const changesOf = (before: object, after: object) => {
    const change = { actions: ['update'], before: before as never, after: after as never };
    const review = reviewPlan({
      resource_changes: [
        { address: 'aws_glue_catalog_table.t', type: 'aws_glue_catalog_table', mode: 'managed', change },
      ],
    });
    return (review.changes[0]?.attributes ?? []).map(({ path, kind }) => `${kind} ${path}`);
  };

  test('are compared by name: one put in the middle is one that comes', () => {
    expect(changesOf(table('a int', 'b int', 'c int'), table('a int', 'new int', 'b int', 'c int'))).toEqual([
      'add storage_descriptor[0].columns[new].name',
      'add storage_descriptor[0].columns[new].type',
    ]);
  });

  test('another type, another order and one that goes are each told', () => {
    expect(changesOf(table('a int', 'b int'), table('a int', 'b string'))).toEqual([
      'change storage_descriptor[0].columns[b].type',
    ]);
    expect(changesOf(table('a int', 'b int'), table('b int', 'a int'))).toEqual([
      'change storage_descriptor[0].columns(order)',
    ]);
    expect(changesOf(table('a int', 'b int'), table('b int'))).toEqual([
      'remove storage_descriptor[0].columns[a].name',
      'remove storage_descriptor[0].columns[a].type',
    ]);
  });
});
