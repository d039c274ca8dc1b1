import { AwsError } from '../../../core/errors';
import { operation } from '../contract';
import { noSuchUser } from '../errors';

/** Returns the account's owner, the only user here, to a caller who names no user. */
export const getUser = operation('GetUser', {
  permissions: (input, { caller }) => [
    { action: 'iam:GetUser', resource: `arn:aws:iam::${caller.accountId}:user/${input.UserName ?? ''}` },
  ],
  handle: (input, { caller }) => {
    if (input.UserName !== undefined) throw noSuchUser(input.UserName);
    if (caller.roleArn !== undefined)
      throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
    return {
      User: {
        Path: '/',
        UserName: undefined,
        UserId: caller.accountId,
        Arn: caller.principalArn,
        CreateDate: new Date('2006-03-01T00:00:00Z'),
      },
    };
  },
});
