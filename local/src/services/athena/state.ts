import type {
  ColumnInfo,
  DataCatalog,
  NamedQuery,
  PreparedStatement,
  QueryExecution,
  WorkGroup,
} from '@aws-sdk/client-athena';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { TagTable } from '../../core/tags';
import type { Undo } from '../../query/statements/context';
import { ENGINE_VERSION } from './engine-version';
import {
  dataCatalogNotFound,
  invalidRequest,
  invalidToken,
  namedQueryNotFound,
  queryExecutionNotFound,
  statementNotFound,
  workGroupNotFound,
} from './errors';

export type { Owner };

/** Progress of a running statement's changes; deleted at its end. */
export interface StoredWrite {
  /** Changes to undo unless the statement is committed. */
  readonly undo?: Undo;
  /** Set by the transaction that stores the statement's change of the catalog. */
  readonly committed?: { readonly rows?: number };
}

/** A query's execution, and the form of its results. */
export interface StoredExecution {
  readonly execution: QueryExecution;
  readonly columns: readonly ColumnInfo[];
  /** Rows of the result, a header not counted. */
  readonly rows: number;
  /** Rows that an INSERT, CTAS or UNLOAD wrote. */
  readonly updateCount?: number;
  /** Whether the result's first line holds the column names, as a SELECT's does. */
  readonly header: boolean;
}

/** Workgroups, named queries, executions and tags; the only owner of the `athena.*` tables. */
export class AthenaState extends ServiceState {
  private readonly workGroups = this.owned<WorkGroup>('athena.workgroups');
  /** Catalogs by name in lower case: SQL ignores case. */
  private readonly dataCatalogs = this.owned<DataCatalog>('athena.data-catalogs');
  readonly namedQueries = this.owned<NamedQuery>('athena.named-queries', namedQueryNotFound);
  readonly statements = this.owned<PreparedStatement>('athena.prepared-statements', statementNotFound);
  readonly executions = this.owned<StoredExecution>('athena.executions', queryExecutionNotFound);
  /** Executions by workgroup, newest first. */
  private readonly history = this.owned<true>('athena.history');
  /** Requests by their client request token, and the ids of their results. */
  readonly tokens = this.owned<{ readonly id: string; readonly request: string }>('athena.client-request-tokens');
  readonly writes = this.owned<StoredWrite>('athena.writes');
  readonly tags = new TagTable(this.cloud.store, 'athena.tags');

  findWorkGroup(owner: Owner, name: string): WorkGroup | undefined {
    return this.workGroups.get(owner, name) ?? (name === 'primary' ? PRIMARY : undefined);
  }

  /** @throws AwsError `InvalidRequestException` */
  workGroup(owner: Owner, name: string): WorkGroup {
    const found = this.findWorkGroup(owner, name);
    if (found === undefined) throw workGroupNotFound();
    return found;
  }

  putWorkGroup(owner: Owner, workGroup: WorkGroup): void {
    this.workGroups.put(owner, [workGroup.Name as string], workGroup);
  }

  /** Lists workgroups by name; `primary` always exists. */
  listWorkGroups(owner: Owner, after = ''): WorkGroup[] {
    const stored = [...this.workGroups.list(owner)];
    if (!stored.some(({ Name }) => Name === 'primary')) stored.push(PRIMARY);
    const names = (group: WorkGroup) => group.Name as string;
    return stored.filter((group) => names(group) > after).sort((a, b) => (names(a) < names(b) ? -1 : 1));
  }

  /** Whether a workgroup holds queries or history, which only a recursive deletion deletes. */
  holdsQueries(owner: Owner, workGroup: string): boolean {
    const named = [...this.namedQueries.list(owner)].some(({ WorkGroup }) => WorkGroup === workGroup);
    const prepared = [...this.statements.list(owner, [workGroup])].length > 0;
    return named || prepared || this.listExecutions(owner, workGroup, 1).ids.length > 0;
  }

  /** Deletes a workgroup with its queries and their history. */
  removeWorkGroup(owner: Owner, name: string): void {
    for (const query of [...this.namedQueries.list(owner)]) {
      if (query.WorkGroup === name) this.namedQueries.remove(owner, query.NamedQueryId as string);
    }
    for (const statement of [...this.statements.list(owner, [name])]) {
      this.statements.remove(owner, name, statement.StatementName as string);
    }
    for (const [time, id] of this.history.keys(owner, [name]) as [number, string][]) {
      this.executions.remove(owner, id);
      this.history.remove(owner, name, time, id);
    }
    this.workGroups.remove(owner, name);
  }

  findDataCatalog(owner: Owner, name: string): DataCatalog | undefined {
    const key = name.toLowerCase();
    return key === AWS_DATA_CATALOG.toLowerCase() ? awsDataCatalog(owner) : this.dataCatalogs.get(owner, key);
  }

  /** @throws AwsError `InvalidRequestException` */
  dataCatalog(owner: Owner, name: string): DataCatalog {
    const found = this.findDataCatalog(owner, name);
    if (found === undefined) throw dataCatalogNotFound(name);
    return found;
  }

  /** Names, in lower case, of catalogs that queries reach: all refer to the account's own Glue catalog. */
  reachedCatalogs(owner: Owner): Set<string> {
    const own = [...this.listDataCatalogs(owner)].filter((each) => isOwn(owner, each));
    return new Set(own.map(({ Name }) => (Name as string).toLowerCase()));
  }

  /** @throws AwsError `InvalidRequestException` for a missing catalog, or another account's */
  reachableCatalog(owner: Owner, name: string): void {
    if (isOwn(owner, this.dataCatalog(owner, name))) return;
    throw invalidRequest(`DataCatalog ${name} is of another account, and nothing crosses accounts here.`);
  }

  putDataCatalog(owner: Owner, catalog: DataCatalog): void {
    this.dataCatalogs.put(owner, [(catalog.Name as string).toLowerCase()], catalog);
  }

  removeDataCatalog(owner: Owner, name: string): void {
    this.dataCatalogs.remove(owner, name.toLowerCase());
  }

  /** Lists catalogs by name, after the default one. */
  *listDataCatalogs(owner: Owner, after?: string): Generator<DataCatalog> {
    if (after === undefined) yield awsDataCatalog(owner);
    const seen = after === undefined || after === AWS_DATA_CATALOG ? undefined : [after.toLowerCase()];
    yield* this.dataCatalogs.list(owner, [], seen);
  }

  /** Stores an execution, and its entry in its workgroup's history. */
  putExecution(owner: Owner, stored: StoredExecution): void {
    const { QueryExecutionId, WorkGroup, Status } = stored.execution;
    const newestFirst = Number.MAX_SAFE_INTEGER - (Status?.SubmissionDateTime?.getTime() ?? 0);
    this.executions.put(owner, [QueryExecutionId as string], stored);
    this.history.put(owner, [WorkGroup as string, newestFirst, QueryExecutionId as string], true);
  }

  /**
   * Lists executions, newest first. @param after `next` of the last page @throws AwsError `InvalidRequestException` for
   * any other text
   */
  listExecutions(owner: Owner, workGroup: string, limit: number, after?: string): { ids: string[]; next?: string } {
    const place = after === undefined ? [] : after.split(' ');
    if (place.length === 1 || Number.isNaN(Number(place[0] ?? 0))) throw invalidToken(after ?? '');
    const seen = place.length === 0 ? undefined : [Number(place[0]), place[1] as string];
    const keys = this.history.keys(owner, [workGroup], seen, limit + 1) as [number, string][];
    const shown = keys.slice(0, limit);
    return { ids: shown.map(([, id]) => id), next: keys.length > limit ? shown.at(-1)?.join(' ') : undefined };
  }

  /** Unfinished executions of all accounts, left by a killed process. */
  *unfinished(): Generator<[Owner, StoredExecution]> {
    for (const { owner, value } of this.executions.all()) {
      const state = value.execution.Status?.State;
      if (state === 'QUEUED' || state === 'RUNNING') yield [owner, value];
    }
  }

  /** Whether the last process was killed while queries ran. */
  hasUnfinished(): boolean {
    return this.unfinished().next().done !== true || this.writes.all().next().done !== true;
  }
}

/** The default catalog of every account: Glue's. */
export const AWS_DATA_CATALOG = 'AwsDataCatalog';

const awsDataCatalog = ({ accountId }: Owner): DataCatalog => ({
  Name: AWS_DATA_CATALOG,
  Type: 'GLUE',
  Parameters: { 'catalog-id': accountId },
});

/** The default workgroup of every account. */
const PRIMARY: WorkGroup = {
  Name: 'primary',
  State: 'ENABLED',
  Configuration: {
    ResultConfiguration: {},
    EnforceWorkGroupConfiguration: false,
    PublishCloudWatchMetricsEnabled: false,
    EnableMinimumEncryptionConfiguration: false,
    RequesterPaysEnabled: false,
    EngineVersion: ENGINE_VERSION,
  },
  CreationTime: new Date(0),
};

const isOwn = (owner: Owner, { Parameters }: DataCatalog) => Parameters?.['catalog-id'] === owner.accountId;
