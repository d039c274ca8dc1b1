import { ownerOf } from '../../../http/caller';
import { operation } from '../contract';

/** Returns an access key's account: of an issued session, or as a request with the key would be treated. */
export const getAccessKeyInfo = operation('GetAccessKeyInfo', {
  handle: ({ AccessKeyId }, { state }) => ({
    Account: state.accountOf(AccessKeyId) ?? ownerOf({ accessKeyId: AccessKeyId }).accountId,
  }),
});
