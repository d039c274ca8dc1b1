import { pager } from '../../core/paging';
import { LIST_PAGE } from './constraints';
import { invalidToken } from './errors';

/** One page of a listing, whose length requests can't choose. */
export const page = pager(invalidToken, LIST_PAGE);
