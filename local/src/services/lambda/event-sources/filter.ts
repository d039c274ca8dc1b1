import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { eventPattern, InvalidPattern } from '../../../core/event-pattern';
import { invalidParameter } from '../errors';

/** Most filters of a mapping (Lambda's page "Control which events Lambda sends to your function"). */
const MAX_FILTERS = 5;

/** Whether a record is passed on: one pattern must match. @throws AwsError `InvalidParameterValueException` */
export function filterOf(criteria: FilterCriteria | undefined): (value: () => unknown) => boolean {
  const filters = criteria?.Filters ?? [];
  if (filters.length > MAX_FILTERS) throw invalidParameter(`A mapping has at most ${MAX_FILTERS} filters.`);
  if (filters.length === 0) return () => true;
  const matchers = filters.map(({ Pattern = '' }) => {
    try {
      return eventPattern(JSON.parse(Pattern));
    } catch (error) {
      if (!(error instanceof InvalidPattern) && !(error instanceof SyntaxError)) throw error;
      throw invalidParameter(`Invalid filter pattern definition. ${error.message}`);
    }
  });
  return (value) => {
    const own = value();
    return matchers.some((matches) => matches(own));
  };
}
