import {
  gateFailures,
  type PlanJson,
  parseGates,
  parsePlan,
  reviewPlan,
  toHtml,
  toJson,
  toMarkdown,
  toSarif,
  toSummary,
  toTerminal,
} from 'lakehouse-tools';
import { reviewOf } from './review-support';

const NONE = { create: 0, update: 0, replace: 0, delete: 0, import: 0, move: 0, forget: 0, unknown: 0 };

describe('the verdict on plans of real Terraform runs', () => {
  test.each([
    ['create', { create: 7 }],
    ['no-change', {}],
    ['update', { update: 3 }],
    ['replace-stream', { replace: 1 }],
    ['destroy', { delete: 7 }],
    ['drift', { update: 1 }],
    ['moved', { move: 1 }],
    ['imported', { import: 1, update: 1 }],
    ['forget', { forget: 1 }],
  ])('%s', (name, counts) => {
    expect(reviewOf(name).verdict).toMatchObject({ ...NONE, ...counts });
  });

  test('says "No changes." when there are none, echoes of other resources included', () => {
    expect(reviewOf('no-change').headline).toBe('No changes.');
    expect(reviewOf('no-change').drift).toEqual([]);
  });

  test('shows what was changed outside as drift, with both values', () => {
    const [drift] = reviewOf('drift').drift;
    expect(drift?.address).toBe('aws_kinesis_stream.events');
    expect(drift?.attributes).toMatchObject([{ path: 'retention_period', before: '48', after: '72' }]);
  });

  test('names the old address, the imported id and why a resource is forgotten', () => {
    expect(reviewOf('moved').changes).toMatchObject([
      { address: 'aws_kinesis_stream.clicks', movedFrom: 'aws_kinesis_stream.events', action: 'no-op' },
    ]);
    expect(reviewOf('imported').changes[0]).toMatchObject({ importedId: 'fixture-lake', action: 'update' });
    expect(reviewOf('forget').changes[0]).toMatchObject({ action: 'forget', reason: 'it is no longer in the code' });
  });
});

describe('what a plan means for data', () => {
  test('a replaced stream loses its records, and the attribute that forces it is named', () => {
    const review = reviewOf('replace-stream');
    expect(review.dataImpacts).toMatchObject([
      { address: 'aws_kinesis_stream.events', action: 'replace', effect: 'lost', forcedBy: ['name'] },
    ]);
    expect(review.dataImpacts[0]?.meaning).toMatch(/48 hours.*deleted.*starts empty/);
    expect(toSummary(review)).toContain('Data is lost in 1 place.');
  });

  test('a destroy names everything that holds data, and that force_destroy empties the bucket', () => {
    const impacts = reviewOf('destroy').dataImpacts;
    expect(impacts.map(({ address }) => address).sort()).toEqual([
      'aws_cloudwatch_log_group.delivery',
      'aws_kinesis_stream.events',
      'aws_s3_bucket.lake',
      'aws_ssm_parameter.key',
    ]);
    expect(impacts.find(({ address }) => address === 'aws_s3_bucket.lake')?.meaning).toMatch(/every object/);
  });

  test('shorter retention loses data although nothing is destroyed', () => {
    expect(reviewOf('update').dataImpacts).toMatchObject([
      { address: 'aws_cloudwatch_log_group.delivery', effect: 'lost', forcedBy: ['retention_in_days'] },
      { address: 'aws_kinesis_stream.events', effect: 'lost', forcedBy: ['retention_period'] },
    ]);
  });

  test('a new delivery stream restarts at LATEST: a gap', () => {
    const change = {
      actions: ['delete', 'create'],
      before: { name: 'a' },
      after: { name: 'b' },
      replace_paths: [['name']],
    };
    const type = 'aws_kinesis_firehose_delivery_stream';
    const review = reviewPlan({ resource_changes: [{ address: `${type}.d`, type, mode: 'managed', change }] });
    expect(review.dataImpacts).toMatchObject([{ effect: 'gap', forcedBy: ['name'] }]);
    expect(review.dataImpacts[0]?.meaning).toMatch(/restarts at LATEST.*not delivered/);
  });
});

describe('policies', () => {
  test('a changed policy comes as its statements, the unchanged one left out', () => {
    const role = reviewOf('update').changes.find(({ type }) => type === 'aws_iam_role_policy');
    expect(role?.attributes).toMatchObject([
      {
        path: 'policy',
        statements: [
          {
            kind: 'change',
            label: 'Read',
            before: ['Action kinesis:GetRecords', 'Action kinesis:GetShardIterator'],
            after: ['Action kinesis:*'],
          },
        ],
      },
    ]);
    expect(toMarkdown(reviewOf('update'))).not.toContain('kinesis:ListStreams');
  });
});

describe('plans of projects never seen', () => {
  const unseen = {
    format_version: '9.9',
    resource_changes: [
      {
        address: 'acme_bucket.b',
        type: 'acme_bucket',
        provider_name: 'registry.example.com/acme/acme',
        mode: 'managed',
        change: { actions: ['delete'], before: { id: 'x' }, after: null },
      },
      {
        address: 'module.m["a.b"].acme_widget.w[0]',
        module_address: 'module.m["a.b"]',
        type: 'acme_widget',
        provider_name: 'registry.example.com/acme/acme',
        change: {
          actions: ['teleport'],
          before: null,
          after: { deep: [[{ x: null }]] },
          after_unknown: { deep: [[{ x: true }]] },
        },
      },
      { address: 'acme_empty.e', type: 'acme_empty' },
    ],
    output_changes: { o: { actions: ['create'], after: [1, { a: null }], after_sensitive: [false, { a: true }] } },
  };

  test('say what this review cannot judge', () => {
    const review = reviewPlan(parsePlan(JSON.stringify(unseen)));
    expect(review.verdict).toMatchObject({ delete: 1, unknown: 1 });
    expect(review.dataImpacts).toMatchObject([
      { address: 'acme_bucket.b', effect: 'unjudged' },
      { address: 'module.m["a.b"].acme_widget.w[0]', effect: 'unjudged' },
    ]);
    expect(review.headline).toContain('Not judged what goes with acme_bucket, acme_widget.');
    expect(review.dataImpacts[0]?.meaning).toMatch(/judge it yourself/);
    expect(review.blindSpots.join()).toMatch(/acme\/acme: 2 resource\(s\)/);
    expect(review.warnings.join()).toContain("doesn't know the action teleport");
    for (const render of [toTerminal, toMarkdown, toJson, toHtml, toSarif])
      expect(render(review)).toContain('acme_bucket');
  });

  test.each(['{}', '{"resource_changes": "no"}x', '[]', 'not json'])(
    'are refused in a sentence when they are none: %s',
    (text) => {
      expect(() => parsePlan(text)).toThrow(/JSON/);
    },
  );

  test('any shape of values is rendered', () => {
    for (const value of [null, 0, '', 'x', true, [], {}, [[]], [{}], { a: [null, { b: [] }] }, '{"a":', '[1']) {
      const change = {
        actions: ['update'],
        before: value,
        after: { v: value },
        after_unknown: { w: [value] },
        before_sensitive: value,
      };
      const review = reviewPlan({ resource_changes: [{ address: 'x.y', type: 'x', change }] } as PlanJson);
      expect(() => [toTerminal, toMarkdown, toJson, toHtml, toSarif].map((render) => render(review))).not.toThrow();
    }
  });
});

describe('gates', () => {
  test.each([
    ['destroy', 'delete', 11],
    ['replace-stream', 'delete', 11],
    ['replace-stream', 'replace', 12],
    ['replace-stream', 'data-loss', 10],
    ['update', 'data-loss', 10],
    ['create', 'high', 13],
    ['create', 'medium', 14],
    ['create', 'cost:1', 15],
    ['replace-stream', 'replace,data-loss', 10],
  ])('%s fails --fail-on %s with %d', (name, gate, code) => {
    expect(gateFailures(reviewOf(name), parseGates([gate]))[0]?.exitCode).toBe(code);
  });

  test.each([
    ['no-change', 'delete,replace,data-loss,cost:0'],
    ['forget', 'data-loss'],
    ['create', 'cost:100000'],
  ])('%s passes --fail-on %s', (name, gate) => {
    expect(gateFailures(reviewOf(name), parseGates([gate]))).toEqual([]);
  });

  test('an unknown gate is refused in a sentence', () => {
    expect(() => parseGates(['catastrophe'])).toThrow(/doesn't know "catastrophe"/);
  });
});
