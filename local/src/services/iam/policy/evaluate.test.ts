// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written.
import fc from 'fast-check';
import { parsePolicy } from './document';
import { type AccessRequest, type Decision, evaluate } from './evaluate';
import { globMatches } from './glob';

const STREAM = 'arn:aws:kinesis:us-east-1:111122223333:stream/events';

function decide(
  statements: object | object[],
  request: Partial<AccessRequest> & { keys?: Record<string, string[]> } = {},
) {
  const document = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
  const context = new Map(Object.entries(request.keys ?? {}).map(([key, values]) => [key.toLowerCase(), values]));
  return evaluate(document, { action: 'kinesis:GetRecords', resource: STREAM, ...request, context });
}

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'kinesis:GetRecords', Resource: STREAM, ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' });

describe('actions and resources', () => {
  test.each<[string, object | object[], Decision]>([
    ['the action and the resource', allow(), 'allow'],
    ['actions have no case', allow({ Action: 'KINESIS:getrecords' }), 'allow'],
    ['resources have', allow({ Resource: STREAM.replace('events', 'EVENTS') }), 'none'],
    ['another action', allow({ Action: 'kinesis:PutRecord' }), 'none'],
    ['a list of actions', allow({ Action: ['s3:*', 'kinesis:Get*'] }), 'allow'],
    ['a question mark is one character', allow({ Action: 'kinesis:GetRecord?' }), 'allow'],
    ['and not none', allow({ Action: 'kinesis:GetRecords?' }), 'none'],
    ['everything', allow({ Action: '*', Resource: '*' }), 'allow'],
    ['another stream', allow({ Resource: `${STREAM}-2` }), 'none'],
    ['a wildcard in the resource', allow({ Resource: 'arn:aws:kinesis:*:*:stream/ev*' }), 'allow'],
    ['NotAction leaves out', { Effect: 'Allow', NotAction: 'kinesis:*', Resource: '*' }, 'none'],
    ['NotAction takes the rest', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'allow'],
    ['NotResource leaves out', { Effect: 'Allow', Action: '*', NotResource: STREAM }, 'none'],
    ['NotResource takes the rest', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }, 'allow'],
    ['a deny wins, whichever comes first', [deny(), allow()], 'deny'],
    ['a deny wins, whichever comes last', [allow(), deny({ Action: '*', Resource: '*' })], 'deny'],
    ['a deny of something else', [allow(), deny({ Action: 'kinesis:PutRecord' })], 'allow'],
  ])('%s', (_title, statements, decision) => {
    expect(decide(statements)).toBe(decision);
  });
});

describe('conditions', () => {
  type Case = [title: string, condition: object, keys: Record<string, string[]>, holds: boolean];
  test.each<Case>([
    ['StringEquals', { StringEquals: { 'sts:ExternalId': 'a' } }, { 'sts:ExternalId': ['a'] }, true],
    ['StringEquals has case', { StringEquals: { 'sts:ExternalId': 'A' } }, { 'sts:ExternalId': ['a'] }, false],
    ['key names have none', { StringEquals: { 'STS:externalid': 'a' } }, { 'sts:ExternalId': ['a'] }, true],
    ['StringEquals has no wildcards', { StringEquals: { k: 'a*' } }, { k: ['ab'] }, false],
    ['one of several values', { StringEquals: { k: ['x', 'a'] } }, { k: ['a'] }, true],
    ['a key that is not there', { StringEquals: { k: 'a' } }, {}, false],
    ['StringNotEquals', { StringNotEquals: { k: 'a' } }, { k: ['b'] }, true],
    ['StringNotEquals is for all values', { StringNotEquals: { k: ['a', 'b'] } }, { k: ['b'] }, false],
    ['StringNotEquals without the key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['IgnoreCase', { StringEqualsIgnoreCase: { k: 'ABC' } }, { k: ['abc'] }, true],
    ['StringLike', { StringLike: { k: 'a*c' } }, { k: ['abbc'] }, true],
    ['StringNotLike', { StringNotLike: { k: 'a*c' } }, { k: ['abbc'] }, false],
    ['IfExists without the key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['IfExists with it', { StringEqualsIfExists: { k: 'a' } }, { k: ['b'] }, false],
    ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': ['true'] }, false],
    ['Bool given as a boolean', { Bool: { 'aws:SecureTransport': true } }, { 'aws:SecureTransport': ['true'] }, true],
    ['Null true', { Null: { k: 'true' } }, {}, true],
    ['Null false', { Null: { k: 'false' } }, {}, false],
    ['ArnLike', { ArnLike: { k: 'arn:aws:kinesis:*:*:stream/*' } }, { k: [STREAM] }, true],
    ['ArnLike keeps to its part', { ArnLike: { k: 'arn:aws:*:stream/*' } }, { k: [STREAM] }, false],
    ['ArnEquals is ArnLike', { ArnEquals: { k: 'arn:aws:kinesis:us-*:*:stream/e*' } }, { k: [STREAM] }, true],
    ['ArnNotLike', { ArnNotLike: { k: 'arn:aws:s3:::*' } }, { k: [STREAM] }, true],
    ['NumericLessThan', { NumericLessThan: { k: '10' } }, { k: ['9.5'] }, true],
    ['NumericLessThanEquals', { NumericLessThanEquals: { k: 10 } }, { k: ['10'] }, true],
    ['NumericGreaterThan of no number', { NumericGreaterThan: { k: '1' } }, { k: ['many'] }, false],
    ['NumericNotEquals', { NumericNotEquals: { k: '1' } }, { k: ['1.0'] }, false],
    ['DateLessThan', { DateLessThan: { k: '2030-01-01T00:00:00Z' } }, { k: ['2026-01-01T00:00:00Z'] }, true],
    ['DateGreaterThan in seconds', { DateGreaterThan: { k: '1767225600' } }, { k: ['2026-06-01T00:00:00Z'] }, true],
    ['IpAddress', { IpAddress: { k: '127.0.0.0/8' } }, { k: ['127.0.0.1'] }, true],
    ['IpAddress of another net', { IpAddress: { k: '10.0.0.0/8' } }, { k: ['127.0.0.1'] }, false],
    ['IpAddress of version 6', { IpAddress: { k: '2001:db8::/32' } }, { k: ['2001:db8:1::5'] }, true],
    ['NotIpAddress', { NotIpAddress: { k: '10.0.0.0/8' } }, { k: ['127.0.0.1'] }, true],
    ['IpAddress with a malformed range', { IpAddress: { k: '10.0.0.0/x' } }, { k: ['10.0.0.1'] }, false],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['x', 'b'] }, true],
    ['ForAnyValue of none', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    ['ForAllValues', { 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'ac'] }, true],
    ['ForAllValues but one', { 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'b'] }, false],
    ['ForAllValues of none', { 'ForAllValues:StringLike': { k: 'a*' } }, {}, true],
    ['all keys must hold', { StringEquals: { k: 'a', l: 'b' } }, { k: ['a'] }, false],
    ['all operators must hold', { StringEquals: { k: 'a' }, Null: { l: 'true' } }, { k: ['a'] }, true],
    [
      'a variable',
      { StringEquals: { k: '${aws:PrincipalAccount}' } },
      { k: ['1'], 'aws:PrincipalAccount': ['1'] },
      true,
    ],
    ['a variable without value', { StringEquals: { k: '${aws:username}' } }, { k: [''] }, false],
    ['a variable with a default', { StringEquals: { k: "${aws:username, 'me'}" } }, { k: ['me'] }, true],
    ['a variable brings no wildcard', { StringLike: { k: '${v}' } }, { k: ['abc'], v: ['*'] }, false],
    ['${*} is an asterisk', { StringLike: { k: 'a${*}' } }, { k: ['a*'] }, true],
    ['${*} is no wildcard', { StringLike: { k: 'a${*}' } }, { k: ['ab'] }, false],
  ])('%s', (_title, Condition, keys, holds) => {
    expect(decide(allow({ Condition }), { keys })).toBe(holds ? 'allow' : 'none');
  });

  test('a variable in a resource stands for the value', () => {
    const statement = allow({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::home/${aws:PrincipalTag/team}/*' });
    const request = { action: 's3:GetObject', keys: { 'aws:PrincipalTag/team': ['red'] } };
    expect(decide(statement, { ...request, resource: 'arn:aws:s3:::home/red/x' })).toBe('allow');
    expect(decide(statement, { ...request, resource: 'arn:aws:s3:::home/blue/x' })).toBe('none');
  });

  test('before the version 2012-10-17 there are no variables', () => {
    const Statement = allow({ Resource: '*', Condition: { StringEquals: { k: '${v}' } } });
    const statements = parsePolicy(JSON.stringify({ Statement }), 'identity');
    const decision = (k: string) =>
      evaluate(statements, {
        action: 'kinesis:GetRecords',
        resource: STREAM,
        context: new Map([
          ['k', [k]],
          ['v', ['a']],
        ]),
      });
    expect([decision('a'), decision('${v}')]).toEqual(['none', 'allow']);
  });
});

describe('principals', () => {
  const trust = (statement: object, principal: AccessRequest['principal']) =>
    evaluate(
      parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement } }), 'trust'),
      { action: 'sts:AssumeRole', context: new Map(), principal },
    );
  const firehose = { kind: 'Service', names: ['firehose.amazonaws.com'] } as const;
  const role = { kind: 'AWS', names: ['arn:aws:iam::111122223333:role/r'], accountId: '111122223333' } as const;

  test.each<[string, object, AccessRequest['principal'], Decision]>([
    ['the service', { Principal: { Service: 'firehose.amazonaws.com' } }, firehose, 'allow'],
    ['another service', { Principal: { Service: 'glue.amazonaws.com' } }, firehose, 'none'],
    ['one of a list', { Principal: { Service: ['glue.amazonaws.com', 'firehose.amazonaws.com'] } }, firehose, 'allow'],
    ['a role is no service', { Principal: { Service: 'firehose.amazonaws.com' } }, role, 'none'],
    ['the role', { Principal: { AWS: 'arn:aws:iam::111122223333:role/r' } }, role, 'allow'],
    ['its account', { Principal: { AWS: '111122223333' } }, role, 'allow'],
    ["its account's root", { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, role, 'allow'],
    ['another account', { Principal: { AWS: '444455556666' } }, role, 'none'],
    ['everyone', { Principal: '*' }, role, 'allow'],
    ['not the role', { NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/r' } }, role, 'none'],
  ])('%s', (_title, statement, principal, decision) => {
    expect(trust(statement, principal)).toBe(decision);
  });
});

describe('grammar', () => {
  const identity = (statement: unknown) => () =>
    parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'identity');
  const trust = (more: object) => () =>
    parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...more } }), 'trust');
  test.each<[string, () => unknown]>([
    ['no JSON', () => parsePolicy('{', 'identity')],
    ['a list', () => parsePolicy('[]', 'identity')],
    ['an unknown version', () => parsePolicy('{"Version":"2020-01-01","Statement":[]}', 'identity')],
    ['no statement', identity([])],
    ['no effect', identity({ Action: 's3:*', Resource: '*' })],
    ['an effect in small letters', identity({ Effect: 'allow', Action: 's3:*', Resource: '*' })],
    [
      'a trust of another action',
      () => parsePolicy('{"Statement":{"Effect":"Allow","Action":"sts:Other","Principal":"*"}}', 'trust'),
    ],
    ['no action', identity({ Effect: 'Allow', Resource: '*' })],
    ['Action and NotAction', identity({ Effect: 'Allow', Action: 's3:*', NotAction: 's3:*', Resource: '*' })],
    ['an action without a service', identity({ Effect: 'Allow', Action: 'GetObject', Resource: '*' })],
    ['no resource', identity({ Effect: 'Allow', Action: 's3:*' })],
    ['an unknown member', identity({ Effect: 'Allow', Action: 's3:*', Resource: '*', Resources: '*' })],
    [
      'an unknown operator',
      identity({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Equals: { a: 'b' } } }),
    ],
    ['IfExists on Null', identity(allow({ Condition: { NullIfExists: { k: 'true' } } }))],
    ['an unknown quantifier', identity(allow({ Condition: { 'ForAnyValues:StringEquals': { k: 'a' } } }))],
    ['an empty list of actions', identity(allow({ Action: [] }))],
    ['an empty list of resources', identity({ Effect: 'Allow', Action: 's3:*', NotResource: [] })],
    ['one id twice', identity([allow({ Sid: 'a' }), deny({ Sid: 'a' })])],
    ['an id with a space', identity(allow({ Sid: 'a b' }))],
    ['an action but of STS in a trust policy', trust({ Action: '*', Principal: '*' })],
    ['no principal', trust({ Principal: {} })],
    ['a service that is none', trust({ Principal: { Service: 'firehose' } })],
    ['a principal with a wildcard', trust({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } })],
    [
      'a resource in a trust policy',
      () =>
        parsePolicy(
          '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}}',
          'trust',
        ),
    ],
  ])('%s is refused', (_title, parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });
});

describe('properties', () => {
  const pattern = fc.constantFrom('*', 'kinesis:*', 'kinesis:GetRecords', 'kinesis:Put*', 's3:*', 'glue:Get*');
  const resource = fc.constantFrom('*', STREAM, 'arn:aws:kinesis:*:*:stream/*', 'arn:aws:s3:::lake/*');
  const statement = fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: pattern, Resource: resource });

  test('a deny that matches always wins, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), fc.nat(8), (statements, at) => {
        const withDeny = [...statements.slice(0, at), deny(), ...statements.slice(at)];
        expect(decide(withDeny)).toBe('deny');
      }),
    );
  });

  test('the order of statements makes no difference, and none of them allows what is not named', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 8 }), (statements) => {
        expect(decide(statements)).toBe(decide([...statements].reverse()));
        expect(
          decide([deny({ Action: 'iam:DeleteRole' }), ...statements.filter(({ Action }) => Action !== '*')], {
            action: 'iam:CreateRole',
          }),
        ).toBe('none');
      }),
    );
  });

  test('a pattern matches what a regular expression of the same meaning matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (glob, value) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(globMatches(glob, value)).toBe(expression.test(value));
      }),
    );
  });
});
