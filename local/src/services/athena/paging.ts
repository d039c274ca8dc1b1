import { pager } from '../../core/paging';
import { invalidToken } from './errors';

/** One page of a listing, of 50 items if the request says nothing. */
export const page = pager(invalidToken, 50);
