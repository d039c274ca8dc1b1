import { operation } from '../contract';
import { page } from '../paging';

/** Terraform's `aws_iam_account_alias` asks for it. Accounts here have no alias. */
export const listAccountAliases = operation('ListAccountAliases', {
  handle: (input) => {
    const { items, ...rest } = page<string>([], input);
    return { AccountAliases: [...items], ...rest };
  },
});
