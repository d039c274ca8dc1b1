import type { ColumnInfo, NamedQuery, PreparedStatement, QueryExecution, WorkGroup } from '@aws-sdk/client-athena';
import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { keysWithin } from '../../store/key-range';
import type { Table } from '../../store/store';
import { ENGINE_VERSION } from './engine-version';
import {
  invalidRequest,
  namedQueryNotFound,
  queryExecutionNotFound,
  statementNotFound,
  workGroupNotFound,
} from './errors';

/** Everything here is an account's, in a region. */
export type Owner = Pick<Caller, 'accountId' | 'region'>;

/** A query's execution, and what its results look like. */
export interface StoredExecution {
  readonly execution: QueryExecution;
  readonly columns: readonly ColumnInfo[];
  /** Rows of the result, a header not counted. */
  readonly rows: number;
  /** Rows that an INSERT, CTAS or UNLOAD wrote. */
  readonly updateCount?: number;
  /** Whether the result's first line holds the columns' names: a SELECT's does. */
  readonly header: boolean;
}

type Key = (string | number)[];

/** Workgroups, saved queries, executions, tags; the only owner of the `athena.*` tables. */
export class AthenaState {
  private readonly workGroups: Table<WorkGroup>;
  private readonly namedQueries: Table<NamedQuery>;
  private readonly statements: Table<PreparedStatement>;
  private readonly executions: Table<StoredExecution>;
  /** Executions by workgroup, newest first. */
  private readonly history: Table<true>;
  private readonly tokens: Table<{ readonly id: string; readonly request: string }>;
  private readonly tags: Table<Record<string, string>>;

  constructor(private readonly cloud: Cloud) {
    this.workGroups = cloud.store.table('athena.workgroups');
    this.namedQueries = cloud.store.table('athena.named-queries');
    this.statements = cloud.store.table('athena.prepared-statements');
    this.executions = cloud.store.table('athena.executions');
    this.history = cloud.store.table('athena.history');
    this.tokens = cloud.store.table('athena.client-request-tokens');
    this.tags = cloud.store.table('athena.tags');
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  findWorkGroup(owner: Owner, name: string): WorkGroup | undefined {
    return this.workGroups.get(key(owner, name)) ?? (name === 'primary' ? PRIMARY : undefined);
  }

  /** @throws AwsError `InvalidRequestException` */
  workGroup(owner: Owner, name: string): WorkGroup {
    const found = this.findWorkGroup(owner, name);
    if (found === undefined) throw workGroupNotFound(name);
    return found;
  }

  putWorkGroup(owner: Owner, workGroup: WorkGroup): void {
    this.workGroups.put(key(owner, workGroup.Name as string), workGroup);
  }

  /** In the order of their names; `primary` is always there. */
  listWorkGroups(owner: Owner, after = ''): WorkGroup[] {
    const stored = [...range(this.workGroups, key(owner))].map(({ value }) => value);
    if (!stored.some(({ Name }) => Name === 'primary')) stored.push(PRIMARY);
    const names = (group: WorkGroup) => group.Name as string;
    return stored.filter((group) => names(group) > after).sort((a, b) => (names(a) < names(b) ? -1 : 1));
  }

  /** Whether something is in a workgroup that only a recursive deletion takes with it. */
  holdsQueries(owner: Owner, workGroup: string): boolean {
    const named = [...this.listNamedQueries(owner)].some(({ WorkGroup }) => WorkGroup === workGroup);
    const prepared = [...this.listStatements(owner, workGroup)].length > 0;
    return named || prepared || this.listExecutions(owner, workGroup, 1).ids.length > 0;
  }

  /** Removes a workgroup with its queries and their history. */
  removeWorkGroup(owner: Owner, name: string): void {
    for (const query of [...this.listNamedQueries(owner)]) {
      if (query.WorkGroup === name) this.removeNamedQuery(owner, query.NamedQueryId as string);
    }
    for (const statement of [...this.listStatements(owner, name)]) {
      this.statements.remove(key(owner, name, statement.StatementName as string));
    }
    for (const found of [...this.history.getKeys(keysWithin(key(owner, name)))] as Key[]) {
      this.executions.remove(key(owner, found.at(-1) as string));
      this.history.remove(found);
    }
    this.workGroups.remove(key(owner, name));
  }

  /** @throws AwsError `InvalidRequestException` */
  namedQuery(owner: Owner, id: string): NamedQuery {
    const found = this.findNamedQuery(owner, id);
    if (found === undefined) throw namedQueryNotFound(id);
    return found;
  }

  findNamedQuery(owner: Owner, id: string): NamedQuery | undefined {
    return this.namedQueries.get(key(owner, id));
  }

  putNamedQuery(owner: Owner, query: NamedQuery): void {
    this.namedQueries.put(key(owner, query.NamedQueryId as string), query);
  }

  removeNamedQuery(owner: Owner, id: string): void {
    this.namedQueries.remove(key(owner, id));
  }

  *listNamedQueries(owner: Owner, after?: string): Generator<NamedQuery> {
    for (const { value } of range(this.namedQueries, key(owner), after)) yield value;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  statement(owner: Owner, workGroup: string, name: string): PreparedStatement {
    const found = this.findStatement(owner, workGroup, name);
    if (found === undefined) throw statementNotFound(name, workGroup);
    return found;
  }

  findStatement(owner: Owner, workGroup: string, name: string): PreparedStatement | undefined {
    return this.statements.get(key(owner, workGroup, name));
  }

  putStatement(owner: Owner, statement: PreparedStatement): void {
    this.statements.put(key(owner, statement.WorkGroupName as string, statement.StatementName as string), statement);
  }

  removeStatement(owner: Owner, workGroup: string, name: string): void {
    this.statements.remove(key(owner, workGroup, name));
  }

  *listStatements(owner: Owner, workGroup: string, after?: string): Generator<PreparedStatement> {
    for (const { value } of range(this.statements, key(owner, workGroup), after)) yield value;
  }

  /** @throws AwsError `InvalidRequestException` */
  execution(owner: Owner, id: string): StoredExecution {
    const found = this.findExecution(owner, id);
    if (found === undefined) throw queryExecutionNotFound(id);
    return found;
  }

  findExecution(owner: Owner, id: string): StoredExecution | undefined {
    return this.executions.get(key(owner, id));
  }

  /** Stores an execution, and its place in its workgroup's history. */
  putExecution(owner: Owner, stored: StoredExecution): void {
    const { QueryExecutionId, WorkGroup, Status } = stored.execution;
    const newestFirst = Number.MAX_SAFE_INTEGER - (Status?.SubmissionDateTime?.getTime() ?? 0);
    this.executions.put(key(owner, QueryExecutionId as string), stored);
    this.history.put(key(owner, WorkGroup as string, newestFirst, QueryExecutionId as string), true);
  }

  /** Newest first. @param after `next` of the page before. @throws AwsError `InvalidRequestException` for any other text. */
  listExecutions(owner: Owner, workGroup: string, limit: number, after?: string): { ids: string[]; next?: string } {
    const prefix = key(owner, workGroup);
    const place = after === undefined ? [] : after.split(' ');
    if (place.length === 1 || Number.isNaN(Number(place[0] ?? 0))) throw invalidRequest('Invalid NextToken');
    const range = keysWithin(prefix, place.length === 0 ? undefined : [Number(place[0]), place[1] as string]);
    const keys = [...this.history.getKeys({ ...range, limit: limit + 1 })] as Key[];
    const shown = keys.slice(0, limit);
    const next = keys.length > limit ? (shown.at(-1) as Key).slice(prefix.length).join(' ') : undefined;
    return { ids: shown.map((found) => found.at(-1) as string), next };
  }

  /** Every execution of every account that hasn't ended: what a killed process left behind. */
  *unfinished(): Generator<[Owner, StoredExecution]> {
    for (const { key: at, value } of this.executions.getRange()) {
      const [accountId, region] = at as string[];
      const state = value.execution.Status?.State;
      if (state === 'QUEUED' || state === 'RUNNING') {
        yield [{ accountId: accountId as string, region: region as string }, value];
      }
    }
  }

  findToken(owner: Owner, token: string): { readonly id: string; readonly request: string } | undefined {
    return this.tokens.get(key(owner, token));
  }

  putToken(owner: Owner, token: string, id: string, request: string): void {
    this.tokens.put(key(owner, token), { id, request });
  }

  tagsOf(arn: string): Record<string, string> {
    return this.tags.get(arn) ?? {};
  }

  putTags(arn: string, tags: Record<string, string>): void {
    if (Object.keys(tags).length === 0) this.tags.remove(arn);
    else this.tags.put(arn, tags);
  }
}

/** The workgroup that every account has. */
const PRIMARY: WorkGroup = {
  Name: 'primary',
  State: 'ENABLED',
  Configuration: {
    ResultConfiguration: {},
    EnforceWorkGroupConfiguration: false,
    PublishCloudWatchMetricsEnabled: false,
    RequesterPaysEnabled: false,
    EngineVersion: ENGINE_VERSION,
  },
  Description: '',
  CreationTime: new Date(0),
};

function key(owner: Owner, ...parts: Key): Key {
  return [owner.accountId, owner.region, ...parts];
}

function range<V>(table: Table<V>, prefix: Key, after?: string) {
  return table.getRange(keysWithin(prefix, after === undefined ? undefined : [after]));
}
