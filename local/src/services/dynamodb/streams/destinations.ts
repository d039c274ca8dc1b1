import type { Cloud, State } from '../../../core/cloud';
import { KinesisState } from '../../kinesis/state';
import { DynamoState } from '../state';
import { DestinationWorker } from './kinesis-destination';

/** Workers of the Kinesis streams that receive a table's changes, or have queued ones. */
export class Destinations implements State {
  /** Closed before these: queued changes are put into Kinesis until the end. */
  static readonly uses = [KinesisState, DynamoState];
  private readonly workers = new Map<number, DestinationWorker>();
  private readonly state: DynamoState;
  private readonly unwatch: () => void;

  constructor(cloud: Cloud) {
    this.state = cloud.state(DynamoState);
    this.unwatch = this.state.changes.onAppend((log) => this.workers.get(log)?.wake());
  }

  /** Creates missing workers of destinations, and starts those with queued changes. */
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
