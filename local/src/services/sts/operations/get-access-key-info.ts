import { ownerOf } from '../../../http/caller';
import { operation } from '../contract';

/** Of which account an access key is: by what was given out here, or as a request with the key would be taken. */
export const getAccessKeyInfo = operation('GetAccessKeyInfo', {
  handle: ({ AccessKeyId }, { state }) => ({
    Account: state.accountOf(AccessKeyId) ?? ownerOf({ accessKeyId: AccessKeyId }).accountId,
  }),
});
