/*
 * Helpers of this repo's tests and benches beyond the endpoint's public export; none is published. The fixture is here;
 * helpers for one subject have a file each, such as `lakehouse-local/testing/kinesis`.
 */
export { type ClientConfig, Clients, configOf, policy } from './clients';
export { TestClock, WrongClock } from './clock';
export { eventually } from './eventually';
export { Local, type LocalFixtureOptions, localFixture, whileTested } from './local';
