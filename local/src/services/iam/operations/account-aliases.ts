import { operation } from '../contract';
import { page } from '../paging';

/** Terraform's `aws_iam_account_alias` and sign-in scripts ask for it: accounts here have their number alone. */
export const listAccountAliases = operation('ListAccountAliases', {
  handle: (input) => {
    const { items, ...rest } = page<string>([], input);
    return { AccountAliases: [...items], ...rest };
  },
});
