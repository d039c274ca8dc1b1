import { operation } from '../contract';
import { page } from '../paging';

/** Lists account aliases, for Terraform's `aws_iam_account_alias`. Accounts here have none. */
export const listAccountAliases = operation('ListAccountAliases', {
  handle: (input) => {
    const { items, ...rest } = page<string>([], input);
    return { AccountAliases: [...items], ...rest };
  },
});
