import { keyArn } from '../arn';
import { operation } from '../contract';
import { page } from '../paging';

export const listKeys = operation('ListKeys', {
  handle: (input, { state, caller }) => {
    const { items, ...rest } = page(
      (after) => state.list(caller, after),
      (key) => key.keyId,
      input,
    );
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(caller, key.keyId) })), ...rest };
  },
});
