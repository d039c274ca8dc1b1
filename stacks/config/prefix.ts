/** S3 prefixes with Firehose's expressions ("Custom prefixes for Amazon S3 objects"). */

/** The layout that Firehose appends to a prefix without a timestamp expression. */
export const DEFAULT_TIME_LAYOUT = 'yyyy/MM/dd/HH';

/** One `!{namespace:value}` of a prefix. */
export interface PrefixExpression {
  readonly namespace: string;
  readonly value: string;
  /** The expression as written, `!{` and `}` included. */
  readonly text: string;
}

const EXPRESSION = /!\{([^:}]*):?([^}]*)\}/g;
const TIMESTAMP_PATTERN = /^(?:yyyy|MM|dd|HH|mm|ss|[-_/=.: ]|'[^']*')+$/;

/** The expressions of a prefix, in order. */
export function prefixExpressions(prefix: string): PrefixExpression[] {
  return [...prefix.matchAll(EXPRESSION)].map(([text, namespace, value]) => ({
    namespace: namespace ?? '',
    value: value ?? '',
    text,
  }));
}

/** The part of a prefix that is the same for all objects: up to the last slash before its first expression. */
export function fixedPart(prefix: string): string {
  const at = prefix.indexOf('!{');
  return at === -1 ? prefix : prefix.slice(0, prefix.lastIndexOf('/', at) + 1);
}

/** The prefix with the layout that Firehose would append made explicit. */
export function withTimeLayout(prefix: string): string {
  const hasTime = prefixExpressions(prefix).some((expression) => expression.namespace === 'timestamp');
  return hasTime ? prefix : `${prefix}!{timestamp:${DEFAULT_TIME_LAYOUT}}/`;
}

/** Whether an object under `inner` also lies under `outer`. */
export function liesUnder(inner: string, outer: string): boolean {
  return fixedPart(inner).startsWith(fixedPart(outer));
}

/**
 * The reason why Firehose would refuse a prefix, or undefined.
 * @param purpose the data's own prefix, the prefix of failed records, or the backup's
 */
export function prefixFault(prefix: string, purpose: 'data' | 'error' | 'backup'): string | undefined {
  if (prefix.startsWith('/')) return 'must not begin with a slash, which would make a folder without a name';
  if (prefix.length > 1024) return 'must be at most 1,024 characters long';
  if (prefix.replace(EXPRESSION, '').includes('!{')) return 'has an expression that is not closed: !{namespace:value}';
  const expressions = prefixExpressions(prefix);
  for (const expression of expressions) {
    const fault = expressionFault(expression, purpose);
    if (fault !== undefined) return `${expression.text} ${fault}`;
  }
  const tellsErrorType = expressions.some((expression) => expression.value === 'error-output-type');
  if (purpose === 'error' && expressions.length > 0 && !tellsErrorType) {
    return 'must hold !{firehose:error-output-type} once it holds any expression';
  }
  return undefined;
}

function expressionFault({ namespace, value }: PrefixExpression, purpose: string): string | undefined {
  switch (namespace) {
    case 'timestamp':
      return TIMESTAMP_PATTERN.test(value) ? undefined : 'is not a timestamp pattern of yyyy, MM, dd, HH, mm and ss';
    case 'firehose':
      if (value === 'random-string') return undefined;
      if (value !== 'error-output-type')
        return 'is unknown: the firehose namespace has random-string and error-output-type';
      return purpose === 'error' ? undefined : 'is allowed in the error prefix only';
    case 'partitionKeyFromQuery':
      return purpose === 'data' ? undefined : 'is allowed in the data prefix only';
    default:
      return 'has an unknown namespace: use timestamp, firehose or partitionKeyFromQuery';
  }
}
