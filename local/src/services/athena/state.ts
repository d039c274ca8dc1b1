import type { NamedQuery, PreparedStatement, Tag, WorkGroup } from '@aws-sdk/client-athena';
import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import type { Table } from '../../store/store';
import { resourceNotFound, workGroupNotFound } from './errors';

type Owner = Pick<Caller, 'accountId' | 'region'>;
type Key = string[];

/** Sorts after every string that a name can be. */
const LAST = '\uffff';
export const ENGINE = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };

/** Workgroups with their tags, named queries and prepared statements; the only owner of these `athena.*` tables. */
export class AthenaState {
  private readonly workGroups: Table<WorkGroup>;
  private readonly namedQueries: Table<NamedQuery>;
  private readonly statements: Table<PreparedStatement>;
  private readonly tags: Table<Tag[]>;

  constructor(private readonly cloud: Cloud) {
    this.workGroups = cloud.store.table('athena.workgroups');
    this.namedQueries = cloud.store.table('athena.named-queries');
    this.statements = cloud.store.table('athena.prepared-statements');
    this.tags = cloud.store.table('athena.tags');
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  /** Every account has the workgroup `primary`, with no result location, until it changes it. */
  findWorkGroup(owner: Owner, name: string): WorkGroup | undefined {
    const found = this.workGroups.get(key(owner, name));
    if (found !== undefined || name !== 'primary') return found;
    const Configuration = {
      ResultConfiguration: {},
      EnforceWorkGroupConfiguration: false,
      PublishCloudWatchMetricsEnabled: false,
      RequesterPaysEnabled: false,
      EngineVersion: ENGINE,
    };
    return { Name: 'primary', State: 'ENABLED', Description: '', Configuration, CreationTime: new Date(0) };
  }

  /** @throws AwsError `InvalidRequestException` if there is no such workgroup. */
  workGroup(owner: Owner, name: string): WorkGroup {
    const found = this.findWorkGroup(owner, name);
    if (found === undefined) throw workGroupNotFound(name);
    return found;
  }

  putWorkGroup(owner: Owner, workGroup: WorkGroup): void {
    this.workGroups.put(key(owner, workGroup.Name as string), workGroup);
  }

  removeWorkGroup(owner: Owner, name: string): void {
    this.workGroups.remove(key(owner, name));
  }

  listWorkGroups(owner: Owner): WorkGroup[] {
    const others = all(this.workGroups, key(owner)).filter(({ Name }) => Name !== 'primary');
    return [this.workGroup(owner, 'primary'), ...others];
  }

  namedQuery(owner: Owner, id: string): NamedQuery | undefined {
    return this.namedQueries.get(key(owner, id));
  }

  putNamedQuery(owner: Owner, query: NamedQuery): void {
    this.namedQueries.put(key(owner, query.NamedQueryId as string), query);
  }

  removeNamedQuery(owner: Owner, id: string): void {
    this.namedQueries.remove(key(owner, id));
  }

  listNamedQueries(owner: Owner, workGroup: string): NamedQuery[] {
    return all(this.namedQueries, key(owner)).filter(({ WorkGroup }) => WorkGroup === workGroup);
  }

  findStatement(owner: Owner, workGroup: string, name: string): PreparedStatement | undefined {
    return this.statements.get(key(owner, workGroup, name));
  }

  /** @throws AwsError `ResourceNotFoundException` */
  statement(owner: Owner, workGroup: string, name: string): PreparedStatement {
    const found = this.findStatement(owner, workGroup, name);
    if (found === undefined) throw resourceNotFound(`PreparedStatement ${name} does not exist.`, name);
    return found;
  }

  putStatement(owner: Owner, statement: PreparedStatement): void {
    this.statements.put(key(owner, statement.WorkGroupName as string, statement.StatementName as string), statement);
  }

  removeStatement(owner: Owner, workGroup: string, name: string): void {
    this.statements.remove(key(owner, workGroup, name));
  }

  listStatements(owner: Owner, workGroup: string): PreparedStatement[] {
    return all(this.statements, key(owner, workGroup));
  }

  tagsOf(arn: string): Tag[] {
    return this.tags.get([arn]) ?? [];
  }

  putTags(arn: string, tags: Tag[]): void {
    if (tags.length === 0) this.tags.remove([arn]);
    else this.tags.put([arn], tags);
  }
}

function key({ accountId, region }: Owner, ...rest: string[]): Key {
  return [accountId, region, ...rest];
}

function all<V>(table: Table<V>, prefix: Key): V[] {
  return [...table.getRange({ start: prefix, end: [...prefix, LAST] })].map(({ value }) => value);
}
