import { pager } from '../../core/paging';
import { invalidToken } from './errors';

/** One page of a listing, of 1,000 items if the request has no limit. */
export const page = pager(invalidToken, 1_000);
