import { AsyncResource } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import type { Cloud } from '../../core/cloud';
import { ObjectFiles } from '../../services/s3/object-file';
import { bytesOf } from '../../services/s3/operations/get-object';
import type { HostCall, StatementOutcome } from '../statement-protocol';
import type { StatementContext } from '../statements/context';

/**
 * Parses and executes a statement in its engine's worker, and answers the worker's calls.
 * @throws as executeStatement
 */
export async function executeApart(
  text: string,
  parameters: readonly string[],
  context: StatementContext,
  cloud: Cloud,
): Promise<StatementOutcome> {
  const { session, run, path, id, workGroup, resultFolder } = context;
  const { engine, caller, database, catalog, catalogs, now } = session;
  const host = new StatementHost(cloud, context);
  const ask = {
    text,
    parameters,
    caller,
    database,
    catalog,
    catalogs,
    now,
    bytesCutoff: run.bytesCutoff,
    path,
    id,
    workGroup,
    resultFolder,
  };
  try {
    return await engine.run('statement', { ...ask, folder: engine.folder() }, (call) => host.answer(call));
  } finally {
    await host.close();
  }
}

/**
 * A commit in progress: the calls until its end run in its async scope, where the catalog's change is marked as the
 * commit.
 */
interface Commit {
  readonly scope: AsyncResource;
  readonly done: Promise<void>;
  end(error?: Error): void;
}

/** The endpoint's side of a statement that runs in a worker. */
class StatementHost {
  private readonly underWay = new Set<Promise<unknown>>();
  private commit: Commit | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly context: StatementContext,
  ) {}

  async answer(call: HostCall): Promise<unknown> {
    const answer = this.dispatch(call);
    this.underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.underWay.delete(answer);
    }
  }

  /** Waits for calls in progress, so that the outcome of a commit is known, and ends a commit that is still open. */
  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    this.commit?.end(new Error('The statement ended while it committed.'));
    await this.commit?.done.catch(() => {});
  }

  private async dispatch(call: HostCall): Promise<unknown> {
    const { session, prepared, writes, run } = this.context;
    switch (call.of) {
      case 'operation':
        return this.operation(call.service, call.name, call.input);
      case 'file':
        return this.cloud.state(ObjectFiles).file(call.bucket, call.key, session.caller);
      case 'files':
        return this.cloud.state(ObjectFiles).page(call.bucket, call.prefix, session.caller, call.after);
      case 'footers':
        return session.footers.of(call.files, session.engine);
      case 'texts':
        return session.texts.of(call.files, session.engine);
      case 'scanned':
        return run.onScanned(call.bytes);
      case 'prepared':
        return prepared.get(call.name);
      case 'prepare':
        await prepared.create(call.name, call.text);
        return;
      case 'deallocate':
        await prepared.remove(call.name);
        return;
      case 'begin':
        return writes.begin(call.undo);
      case 'commit':
        this.commit = await this.begun(call.rows);
        return;
      case 'committed':
        return this.committed();
    }
  }

  private async operation(service: string, name: string, input: object): Promise<unknown> {
    const operation = this.cloud.services
      .find((each) => each.contract.service === service)
      ?.operations()
      .get(name);
    if (operation === undefined) throw new Error(`${service} has no operation ${name}.`);
    const call = () => this.cloud.call<object, unknown>(operation, input, this.context.session.caller);
    const output = await (this.commit?.scope.runInAsyncScope(call) ?? call());
    const { Body } = (output ?? {}) as { Body?: Buffer | Readable };
    return Body === undefined ? output : { ...(output as object), Body: await bytesOf(Body) };
  }

  private begun(rows: number | undefined): Promise<Commit> {
    return new Promise((resolve, reject) => {
      const done = this.context.writes.commit(
        rows,
        () =>
          new Promise<void>((commit, fail) => {
            const scope = new AsyncResource('StatementCommit');
            const end = (error?: Error) => (error === undefined ? commit() : fail(error));
            // Deferred: this callback may run before `commit()` has returned `done`.
            queueMicrotask(() => resolve({ scope, done, end }));
          }),
      );
      done.catch(reject);
    });
  }

  private async committed(): Promise<void> {
    const { commit } = this;
    commit?.end();
    this.commit = undefined;
    await commit?.done;
  }
}
