import type { Cloud, State } from '../../../core/cloud';
import { KinesisState } from '../../kinesis/state';
import { DynamoState } from '../state';
import { DestinationWorker } from './kinesis-destination';

/** A worker for each Kinesis stream that gets a table's changes, or has changes that wait for it. */
export class Destinations implements State {
  /** What waits is put into Kinesis until the end. */
  static readonly uses = [KinesisState, DynamoState];
  private readonly workers = new Map<number, DestinationWorker>();
  private readonly state: DynamoState;
  private readonly unwatch: () => void;

  constructor(cloud: Cloud) {
    this.state = cloud.state(DynamoState);
    this.unwatch = this.state.changes.onAppend((log) => this.workers.get(log)?.wake());
  }

  /** Makes workers for all destinations that have none; those with something that waits begin. */
  update(): void {
    for (const { info } of this.state.all())
      for (const { number } of info.destinations ?? []) {
        let worker = this.workers.get(number);
        if (worker === undefined) {
          worker = new DestinationWorker(
            this.state,
            info,
            () => this.state.find(info, info.name)?.info.destinations?.find((one) => one.number === number),
            number,
          );
          this.workers.set(number, worker);
        }
        worker.wake();
      }
  }

  async close(): Promise<void> {
    this.unwatch();
    this.state.stop();
    await Promise.all([...this.workers.values()].map((worker) => worker.idle()));
  }
}
