import { asCaller, isOf, parseArn } from './owner';

const caller = asCaller({ accountId: '111122223333', region: 'eu-west-1' });

test.each([
  ['arn:aws:glue:eu-west-1:111122223333:database/lake', true],
  ['arn:aws:glue:us-east-1:111122223333:database/lake', false],
  ['arn:aws:glue:eu-west-1:444455556666:database/lake', false],
  ['arn:aws-cn:glue:eu-west-1:111122223333:database/lake', false],
])("a look-up by %s finds what is the caller's: %s", (arn, found) => {
  const parsed = parseArn(arn);
  expect(parsed !== undefined && isOf(caller, parsed)).toBe(found);
});
