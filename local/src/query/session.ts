import type { CloudAccess } from '../core/cloud';
import type { Caller } from '../core/operation';
import type { Engine } from './engine/engine';
import type { Expression, Relation } from './sql/ast';
import type { TextBudget } from './statement-protocol';
import type { TableFile } from './tables/files';
import type { Footers } from './tables/footers';
import type { IcebergScan } from './tables/iceberg';
import type { TextFacts } from './tables/text-facts';

/** Caller, catalog and parameters of a statement. */
export interface Session {
  readonly cloud: CloudAccess;
  readonly caller: Caller;
  /** Engine that runs the statement's SQL. */
  readonly engine: Engine;
  readonly footers: Pick<Footers, 'of'>;
  readonly texts: Pick<TextFacts, 'of'>;
  readonly database: string | undefined;
  /** Catalog of unqualified names. @default awsdatacatalog */
  readonly catalog?: string;
  /** Names of registered catalogs besides `awsdatacatalog`, in lower case: each is the account's Glue catalog too. */
  readonly catalogs?: ReadonlySet<string>;
  readonly parameters: readonly Expression[];
  readonly now: number;
  /** Budget of texts of views and prepared statements that are parsed in this process. @default unlimited */
  readonly budget?: TextBudget;
  /** Files to read the query's one table from. @default all that may match */
  readonly batch?: readonly TableFile[];
  /** Called for each Iceberg table of the query, with the scan of it. */
  readonly onIcebergScan?: (node: Relation, scan: IcebergScan) => void;
}
