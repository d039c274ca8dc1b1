import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Acceptance, RULES, reviewPlan } from 'lakehouse-tools';
import { CASES, denyHttp, policy, publicAccess, type Resource, r } from './review-rule-cases';

function findingsOf(resources: readonly Resource[], acceptance?: Acceptance) {
  const changes = resources.map(({ type, values }, index) => ({
    address: `${type}.r${index}`,
    type,
    mode: 'managed',
    change: { actions: ['create'], before: null, after: values as never },
  }));
  return reviewPlan({ resource_changes: changes }, acceptance === undefined ? {} : { acceptance }).findings;
}

test('every rule has a case, an id of its own, a source and a fix', () => {
  expect(RULES.map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
  for (const { source, fix, title } of RULES) expect([source, fix, title].every((text) => text.length > 10)).toBe(true);
});

test('docs/review.md lists every rule', () => {
  const document = readFileSync(join(__dirname, '../..', 'docs', 'review.md'), 'utf8');
  for (const { id, severity, title, source } of RULES) {
    expect(document).toContain(`| ${id} | ${severity} | ${title} | ${source} |`);
  }
});

describe.each(Object.entries(CASES))('%s', (id, { bad, good }) => {
  test.each(bad.map((resources) => [resources]))('finds %j', (resources) => {
    expect(findingsOf(resources).filter(({ rule }) => rule === id)).not.toEqual([]);
  });
  test.each(good.map((resources) => [resources]))('is content with %j', (resources) => {
    expect(findingsOf(resources).filter(({ rule }) => rule === id)).toEqual([]);
  });
});

describe('what refers to what', () => {
  const change = (after: object, after_unknown: object = {}) => ({
    actions: ['create'],
    before: null,
    after: after as never,
    after_unknown: after_unknown as never,
  });
  const planned = {
    resource_changes: [
      { address: 'aws_s3_bucket.a', type: 'aws_s3_bucket', mode: 'managed', change: change({}, { bucket: true }) },
      { address: 'aws_s3_bucket.ab', type: 'aws_s3_bucket', mode: 'managed', change: change({}, { bucket: true }) },
      {
        address: 'aws_s3_bucket_public_access_block.a',
        type: 'aws_s3_bucket_public_access_block',
        mode: 'managed',
        change: change(publicAccess, { bucket: true }),
      },
      {
        address: 'aws_s3_bucket_policy.a',
        type: 'aws_s3_bucket_policy',
        name: 'a',
        mode: 'managed',
        change: change({}, { bucket: true, policy: true }),
      },
    ],
    configuration: {
      root_module: {
        resources: ['aws_s3_bucket_public_access_block', 'aws_s3_bucket_policy'].map((type) => ({
          address: `${type}.a`,
          type,
          expressions: {
            bucket: { references: ['aws_s3_bucket.a.id', 'aws_s3_bucket.a'] },
            policy: { references: ['aws_s3_bucket.a.arn', 'aws_s3_bucket.a'] },
          },
        })),
      },
    },
  };

  test('a block belongs to the bucket that it refers to, also when no name is known yet', () => {
    const open = reviewPlan(planned).findings.filter(({ rule }) => rule === 'LH-S3-PUBLIC-ACCESS');
    expect(open.map(({ address }) => address)).toEqual(['aws_s3_bucket.ab']);
  });

  test('a policy known only after the apply is a blind spot, not a finding', () => {
    const review = reviewPlan(planned);
    expect(review.blindSpots).toContain('aws_s3_bucket.a: its bucket policy is known only after the apply');
    const tls = review.findings.filter(({ rule }) => rule === 'LH-S3-TLS-ONLY').map(({ address }) => address);
    expect(tls).toEqual(['aws_s3_bucket.ab']);
  });

  test('the synthesized JSON tells what the plan does not', () => {
    const synthesized = { resource: { aws_s3_bucket_policy: { a: { policy: policy(denyHttp) } } } };
    const review = reviewPlan(planned, { synthesized });
    expect(review.blindSpots).toEqual([]);
  });
});

describe('accepted findings', () => {
  const stream = [r('aws_kinesis_stream', { encryption_type: 'NONE' })];
  const entry = { rule: 'LH-KINESIS-ENCRYPTION', resource: 'aws_kinesis_*', reason: 'holds public data' };

  test('are shown with their reason and pass the gates', () => {
    const [finding] = findingsOf(stream, new Acceptance([entry]));
    expect(finding).toMatchObject({ rule: 'LH-KINESIS-ENCRYPTION', accepted: 'holds public data' });
  });

  test('are open again when the acceptance has ended, and that is said', () => {
    const acceptance = new Acceptance([{ ...entry, until: '2020-01-31' }]);
    expect(findingsOf(stream, acceptance)[0]?.accepted).toBeUndefined();
    expect(acceptance.notes(['LH-KINESIS-ENCRYPTION'])[0]).toMatch(/ended on 2020-01-31/);
  });

  test('an acceptance that matches nothing is said too', () => {
    const acceptance = new Acceptance([{ ...entry, resource: 'aws_kinesis_stream.gone' }]);
    expect(findingsOf(stream, acceptance)[0]?.accepted).toBeUndefined();
    expect(acceptance.notes(['LH-KINESIS-ENCRYPTION'])[0]).toMatch(/matches nothing any more/);
  });
});
