import { keyArn } from '../arn';
import { operation } from '../contract';
import { page } from '../paging';

export const listKeys = operation('ListKeys', {
  handle: (input, { state, caller }) => {
    const { items, ...rest } = page(input, 100, {
      items: (after) => state.list(caller, after),
      keyOf: (key) => key.keyId,
    });
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(caller, key.keyId) })), ...rest };
  },
});
