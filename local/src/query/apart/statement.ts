import type { Clock } from '../../core/clock';
import type { CloudAccess, StateType } from '../../core/cloud';
import type { Operation } from '../../core/operation';
import { ObjectFiles } from '../../services/s3/object-file';
import type { Engine } from '../engine/engine';
import { parseParameter } from '../sql/parse-parameter';
import { parseStatement } from '../sql/parse-statement';
import {
  type HostCall,
  outlineOf,
  type StatementAsk,
  type StatementOutcome,
  type StatementOutline,
} from '../statement-protocol';
import type { PreparedStatements, WriteLog } from '../statements/context';
import { executeStatement } from '../statements/execute';

/** Sends a call to the endpoint. */
export type AskHost = (call: HostCall) => Promise<unknown>;

/** Parses a statement and outlines it. @throws SqlSyntaxError */
export function readOutline(text: string, parameters: readonly string[]): StatementOutline {
  parameters.forEach(parseParameter);
  return outlineOf(parseStatement(text));
}

/**
 * Executes a statement in a worker.
 * @param run the worker's own engine
 * @throws as executeStatement
 */
export function runStatement(ask: StatementAsk, run: Engine['run'], host: AskHost): Promise<StatementOutcome> {
  const {
    text,
    parameters,
    caller,
    database,
    catalog,
    catalogs,
    now,
    bytesCutoff,
    path,
    id,
    workGroup,
    resultFolder,
    folder,
  } = ask;
  return executeStatement(parseStatement(text), {
    session: {
      cloud: new RemoteCloud(host, now),
      caller,
      engine: { run, folder: () => folder },
      footers: { of: (files) => host({ of: 'footers', files }) as never },
      texts: { of: (files) => host({ of: 'texts', files }) as never },
      database,
      catalog,
      catalogs,
      parameters: parameters.map(parseParameter),
      now,
    },
    run: {
      bytesCutoff,
      // Never: cancelling a query kills its worker.
      cancelled: () => false,
      onScanned: (bytes) => void host({ of: 'scanned', bytes }),
    },
    path,
    id,
    workGroup,
    resultFolder,
    prepared: preparedOf(host),
    writes: writesOf(host),
  });
}

function preparedOf(host: AskHost): PreparedStatements {
  return {
    get: (name) => host({ of: 'prepared', name }) as Promise<string | undefined>,
    create: (name, text) => host({ of: 'prepare', name, text }),
    remove: (name) => host({ of: 'deallocate', name }),
  };
}

function writesOf(host: AskHost): WriteLog {
  return {
    begin: async (undo) => {
      await host({ of: 'begin', undo });
    },
    commit: async (rows, change) => {
      await host({ of: 'commit', rows });
      const result = await change();
      await host({ of: 'committed' });
      return result;
    },
  };
}

/** The endpoint, for a statement in a worker. */
class RemoteCloud implements CloudAccess {
  /** The endpoint's clock: its time at the statement's start, plus the time since. */
  readonly clock: Clock;
  private readonly files: Pick<ObjectFiles, 'file' | 'page'>;

  constructor(
    private readonly host: AskHost,
    now: number,
  ) {
    const began = performance.now();
    this.clock = { now: () => now + Math.floor(performance.now() - began) };
    this.files = {
      file: (bucket, key) => host({ of: 'file', bucket, key }) as ReturnType<ObjectFiles['file']>,
      page: (bucket, prefix, _caller, after) =>
        host({ of: 'files', bucket, prefix, after }) as ReturnType<ObjectFiles['page']>,
    };
  }

  async call<I, O>({ name, contract }: Operation<I, O>, input: NoInfer<I>): Promise<O> {
    const { service } = contract;
    return (await this.host({ of: 'operation', service, name, input: input as object })) as O;
  }

  state<T extends object>(type: StateType<T>): T {
    if ((type as StateType) === ObjectFiles) return this.files as unknown as T;
    throw new Error(`A statement in a worker has no ${type.name}.`);
  }
}
