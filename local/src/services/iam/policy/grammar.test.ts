import { checkIdentityPolicy } from './grammar';

const S3 = 'arn:aws:s3:::lake';
const ok = { Effect: 'Allow', Action: 's3:ListBucket', Resource: S3 };
const doc = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const LEGACY = 'The policy failed legacy parsing';
const SYNTAX = 'Syntax errors in policy.';

// biome-ignore format: a table.
const REFUSED: readonly [what: string, document: unknown, message: string][] = [
  ['no JSON', 'none', SYNTAX],
  ['no version', { Statement: ok }, 'Policy document must be version 2012-10-17 or greater.'],
  ['the version before', { Version: '2008-10-17', Statement: ok }, 'Policy document must be version 2012-10-17 or greater.'],
  ['a version that is none', { Version: '2013-10-17', Statement: ok }, SYNTAX],
  ['no statements', { Version: '2012-10-17', Statement: [] }, SYNTAX],
  ['an unknown element', doc({ ...ok, Extra: '' }), SYNTAX],
  ['an effect that is none', doc({ ...ok, Effect: 'May' }), SYNTAX],
  ['an effect in small letters', doc({ ...ok, Effect: 'allow' }), LEGACY],
  ['an action and its opposite', doc({ ...ok, NotAction: 's3:*' }), SYNTAX],
  ['an operator that is none', doc({ ...ok, Condition: { Like: { a: 'b' } } }), SYNTAX],
  ['no action', doc({ Effect: 'Allow', Resource: S3 }), 'Policy statement must contain actions.'],
  ['a principal', doc({ ...ok, Principal: '*' }), 'Policy document should not specify a principal.'],
  ['no resource', doc({ Effect: 'Allow', Action: 's3:*', Resource: [] }), 'Policy statement must contain resources.'],
  ['an action without a vendor', doc({ ...ok, Action: 'ListBucket' }), 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['an action with two colons', doc({ ...ok, Action: 's3:List:Bucket' }), 'Actions/Condition can contain only one colon.'],
  ['a vendor that is none', doc({ ...ok, Action: 'a a:*' }), 'Vendor a a is not valid'],
  ['a resource that is no ARN', doc({ ...ok, Resource: 'lake' }), 'Resource lake must be in ARN format or "*".'],
  ['an ARN of no partition', doc({ ...ok, Resource: 'arn:b:c:d:e:f:g:h' }), 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'],
  ['an ARN of a partition alone', doc({ ...ok, Resource: 'arn:aws' }), 'Resource vendor must be fully qualified and cannot contain regexes.'],
  ['an ARN cut short', doc({ ...ok, Resource: 'arn:aws:s3::lake' }), LEGACY],
  ['a bucket with a region', doc({ ...ok, Resource: 'arn:aws:s3:us-east-1::lake' }), 'Resource arn:aws:s3:us-east-1::lake can not contain region information.'],
  ['an IAM path that is none', doc({ ...ok, Resource: 'arn:aws:iam::1:x' }), 'IAM resource path must either be "*" or start with user/'],
  ['a date that is none', doc({ ...ok, Condition: { DateGreaterThan: { a: '2020-13-01' } } }), LEGACY],
  ['a Sid of other characters', doc({ ...ok, Sid: 'list-bucket' }), 'Statement IDs (SID) must be alpha-numeric.'],
  ['a Sid twice', doc({ ...ok, Sid: 'a' }, { ...ok, Sid: 'a' }), 'Statement IDs (SID) in a single policy must be unique.'],
  ['the fault of a later kind after that of an earlier', doc({ ...ok, Resource: 'lake' }, { ...ok, Action: [] }), 'Policy statement must contain actions.'],
];

test.each(REFUSED)('an identity policy is refused for %s', (_what, document, message) => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  expect(() => checkIdentityPolicy(text, { managed: true })).toThrow(message);
});

test.each([
  ['two statements with an empty Sid', doc({ ...ok, Sid: '' }, { ...ok, Sid: '' })],
  ['a null among resources', doc({ ...ok, Resource: [S3, null] })],
  [
    'a date in each of its forms',
    doc({
      ...ok,
      Condition: { DateLessThan: { a: ['2020', '2020-01-31T10:00:00.5Z', '2020-01-31T10:00+01:00', '1577836800'] } },
    }),
  ],
  ['numbers and truth in conditions', doc({ ...ok, Condition: { NumericLessThan: { a: 5 }, Bool: { b: true } } })],
  [
    'all resources, and variables in them',
    doc({
      ...ok,
      Resource: [
        '*',
        'arn:aws:s3:::lake/$' + '{aws:username}/*',
        'arn:aws:logs:*:*:*',
        'arn:aws:s3:us-east-1:111122223333:accesspoint/a',
      ],
    }),
  ],
])('and taken with %s', (_what, document) => {
  expect(() => checkIdentityPolicy(JSON.stringify(document), { managed: true })).not.toThrow();
});

test('an inline policy may be of the version before', () => {
  expect(() => checkIdentityPolicy(JSON.stringify({ Statement: ok }), { managed: false })).not.toThrow();
});
