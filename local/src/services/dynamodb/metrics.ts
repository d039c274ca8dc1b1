import type { Cloud, State } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import type { Context, HandlerContext } from '../../core/operation';
import type { Owner } from '../../core/owner';
import { MetricStore } from '../cloudwatch/metric-store';
import { tableNameOf } from './arn';
import { DynamoState } from './state';
import type { Usage } from './tables/usage';

/** Interval of publishing: until then a value is only pushed to a list, which makes it cheap for a request. */
const PUBLISH_MS = 1000;

/** Collects metrics of requests and publishes them once a second ("DynamoDB metrics and dimensions"). */
export class Meter implements State {
  static readonly uses = [MetricStore];

  private readonly used = new Set<Usage>();
  /** UserErrors of each account and region. */
  private readonly userErrors = new Map<string, { readonly owner: Owner; count: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly cloud: Cloud) {}

  /** Adds a table's usage to the next publication. */
  publishLater(usage: Usage): void {
    this.used.add(usage);
    this.wake();
  }

  addUserError(owner: Owner): void {
    const key = `${owner.accountId} ${owner.region}`;
    const known = this.userErrors.get(key);
    if (known === undefined) this.userErrors.set(key, { owner, count: 1 });
    else known.count++;
    this.wake();
  }

  close(): void {
    clearTimeout(this.timer);
    this.publish();
  }

  private wake(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.publish(), PUBLISH_MS);
    this.timer.unref();
  }

  private publish(): void {
    this.timer = undefined;
    const namespace = 'AWS/DynamoDB';
    for (const usage of this.used) {
      for (const { name, unit, dimensions, values } of usage.take())
        this.cloud.metrics.publishAll({ ...usage.owner, namespace, dimensions }, name, values, unit);
    }
    this.used.clear();
    for (const { owner, count } of this.userErrors.values()) {
      const { accountId, region } = owner;
      const values = Array.from({ length: count }, () => 1);
      this.cloud.metrics.publishAll({ accountId, region, namespace, dimensions: {} }, 'UserErrors', values, 'Count');
    }
    this.userErrors.clear();
  }
}

/** Operations on items: only these have metrics. */
const METERED = new Set([
  'BatchExecuteStatement',
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
]);

type Handle<I, O> = (input: I, context: HandlerContext<DynamoState>) => Promise<O> | O;

/** Wraps a handler to measure its latency, results and errors. */
export function metered<I, O>(operation: string, handle: Handle<I, O>): Handle<I, O> {
  if (!METERED.has(operation)) return handle;
  return (input, context) => {
    const began = performance.now();
    const succeeded = (output: O): O => {
      recordSuccess(operation, input as object, context, performance.now() - began, output);
      return output;
    };
    const failed = (error: unknown): never => {
      recordFailure(operation, input as object, context, error);
      throw error;
    };
    try {
      const output = handle(input, context);
      return output instanceof Promise ? output.then(succeeded, failed) : succeeded(output);
    } catch (error) {
      return failed(error);
    }
  };
}

function recordSuccess(operation: string, input: object, context: Context, ms: number, output: unknown): void {
  const returned = (output as { readonly Count?: number } | undefined)?.Count;
  for (const usage of usagesOf(input, context)) {
    usage.add('SuccessfulRequestLatency', ms, 'Milliseconds', operation);
    if (returned !== undefined) usage.add('ReturnedItemCount', returned, 'Count', operation);
  }
}

function recordFailure(operation: string, input: object, context: Context, error: unknown): void {
  if (!(error instanceof AwsError) || error.status >= 500) {
    for (const usage of usagesOf(input, context)) usage.add('SystemErrors', 1, 'Count', operation);
    return;
  }
  const reasons = (error.fields.CancellationReasons ?? []) as readonly { readonly Code?: string }[];
  const failures =
    error.code === 'ConditionalCheckFailedException'
      ? 1
      : reasons.filter(({ Code }) => Code === 'ConditionalCheckFailed').length;
  if (failures > 0) {
    for (const usage of usagesOf(input, context))
      for (let each = 0; each < failures; each++) usage.add('ConditionalCheckFailedRequests', 1, 'Count');
  }
  if (error.code !== 'ConditionalCheckFailedException') context.cloud.state(Meter).addUserError(context.caller);
}

/** Usages of a request's tables. */
function usagesOf(input: object, { cloud, caller }: Context): Usage[] {
  const state = cloud.state(DynamoState);
  const meter = cloud.state(Meter);
  const found: Usage[] = [];
  for (const name of tableNames(input)) {
    const usage = state.find(caller, name)?.usage;
    if (usage === undefined) continue;
    meter.publishLater(usage);
    found.push(usage);
  }
  return found;
}

interface Named {
  readonly TableName?: string;
}

interface Naming extends Named {
  readonly RequestItems?: object;
  readonly TransactItems?: readonly Readonly<Record<string, Named | undefined>>[];
  readonly Statement?: string;
  readonly Statements?: readonly { readonly Statement?: string }[];
  readonly TransactStatements?: readonly { readonly Statement?: string }[];
}

function tableNames(input: Naming): Iterable<string> {
  if (input.TableName !== undefined) return [input.TableName];
  if (input.RequestItems !== undefined) return new Set(Object.keys(input.RequestItems).map(tableNameOf));
  if (input.TransactItems !== undefined) {
    const parts = input.TransactItems.flatMap((item) => Object.values(item));
    return new Set(parts.flatMap((part) => part?.TableName ?? []));
  }
  const statements = input.Statements ?? input.TransactStatements ?? [input];
  return new Set(statements.flatMap(({ Statement = '' }) => TABLE_IN_PARTIQL.exec(Statement)?.[1] ?? []));
}

const TABLE_IN_PARTIQL = /\b(?:from|into|update)\s+"?([\w.-]+)/i;
