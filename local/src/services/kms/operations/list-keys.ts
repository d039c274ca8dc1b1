import { keyArn } from '../arn';
import { operation } from '../contract';
import { page } from '../paging';
import { KmsState } from '../state';

export const listKeys = operation('ListKeys', {
  handle: (input, { cloud, caller }) => {
    const { items, ...rest } = page(
      (after) => cloud.state(KmsState).list(caller, after),
      (key) => key.keyId,
      input,
    );
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(caller, key.keyId) })), ...rest };
  },
});
