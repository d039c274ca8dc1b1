import { isOf, type Owner, parseArn } from '../../../core/owner';
import type { Store, Table as StoreTable } from '../../../store/store';

/** An export or import, as its Describe operation returns it; times are epoch milliseconds. */
export interface Transfer {
  readonly arn: string;
  readonly kind: 'export' | 'import';
  readonly table: string;
  readonly tableId: string;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly failure?: { readonly code: string; readonly message: string };
  /** Members of the request, which Describe returns. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly token: string | undefined;
  readonly items: number;
  readonly bytes: number;
  readonly errors: number;
  readonly manifest?: string;
}

/** Exports and imports by ARN. Those that a stopped endpoint left unfinished count as failed. */
export class TransferTable {
  private readonly rows: StoreTable<Transfer>;

  constructor(store: Store) {
    this.rows = store.table('dynamodb.transfers');
  }

  /** A transfer of an owner; undefined for another's. */
  find(owner: Owner, arn: string): Transfer | undefined {
    const parsed = parseArn(arn);
    return parsed !== undefined && isOf(owner, parsed) ? this.rows.get(arn) : undefined;
  }

  async put(transfer: Transfer): Promise<void> {
    await this.rows.put(transfer.arn, transfer);
  }

  *all(kind: Transfer['kind']): Generator<Transfer> {
    for (const { value } of this.rows.getRange({})) if (value.kind === kind) yield value;
  }
}
