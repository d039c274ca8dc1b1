/** Firehose's transformation of a table's changes into rows. */
export { changeRows as handler } from './change-rows';
