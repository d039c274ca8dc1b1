import type { GetUserRequest, GetUserResponse } from '@aws-sdk/client-iam';
import { AwsError } from '../../../core/errors';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as shapes from '../constraints';
import { noSuchUser } from '../errors';

/** The account's owner is the only user here: asked for by no name, as whoever calls. */
export const getUser = operation<GetUserRequest, GetUserResponse>({
  name: 'GetUser',
  input: structure({ UserName: shapes.userName }),
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
