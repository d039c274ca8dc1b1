import type { ListKeysRequest, ListKeysResponse } from '@aws-sdk/client-kms';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { keyArn } from '../arn';
import * as is from '../constraints';
import { page } from '../paging';
import { KmsState } from '../state';

export const listKeys = operation<ListKeysRequest, ListKeysResponse>({
  name: 'ListKeys',
  input: structure({ Limit: is.limit, Marker: is.marker }),
  handle: (input, { cloud, caller }) => {
    const { items, ...rest } = page(
      (after) => cloud.state(KmsState).list(caller, after),
      (key) => key.keyId,
      input,
    );
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(caller, key.keyId) })), ...rest };
  },
});
