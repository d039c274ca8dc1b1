import { pager } from '../../core/paging';
import { MAX_PAGE } from './constraints';
import { invalidToken } from './errors';

/** One page of a listing, of 100 items if the request has no limit. */
export const page = pager(invalidToken, MAX_PAGE);
