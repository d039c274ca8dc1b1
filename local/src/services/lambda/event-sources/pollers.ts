import type { Cloud, State } from '../../../core/cloud';
import { serviceIn } from '../../../core/owner';
import { Serial } from '../../../core/serial';
import { FunctionRuntime } from '../runtime/pool';
import { LambdaState, type Mapping } from '../state';
import { StreamPoller } from './mapping-poller';
import { Positions } from './positions';
import { QueuePoller } from './queue-poller';
import { sourceOf } from './streams';

type Poller = StreamPoller | QueuePoller;

/** Pollers of the enabled mappings. */
export class Pollers implements State {
  static readonly endedBy = [FunctionRuntime];

  readonly positions: Positions;
  private readonly running = new Map<string, Poller>();
  private readonly changes = new Serial();

  constructor(private readonly cloud: Cloud) {
    this.positions = new Positions(cloud);
  }

  /** Starts the pollers of all enabled mappings. */
  start(): void {
    for (const mapping of this.cloud.state(LambdaState).allMappings()) void this.apply(mapping);
  }

  /** Adjusts a mapping's poller to its current settings; changes of one mapping run one after the other. */
  apply(mapping: Mapping): Promise<void> {
    return this.changes.run(mapping.uuid, async () => {
      await this.running.get(mapping.uuid)?.stop();
      this.running.delete(mapping.uuid);
      // The latest settings: another change may have come meanwhile.
      const current = this.cloud.state(LambdaState).findMapping(mapping.uuid);
      if (current?.settings.enabled === true) this.running.set(mapping.uuid, this.pollerOf(current));
      if (current === undefined) await this.positions.forget(mapping.uuid);
    });
  }

  lastResult(uuid: string): string {
    return this.running.get(uuid)?.lastResult ?? 'No records processed';
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((poller) => poller.stop()));
  }

  private pollerOf(mapping: Mapping): Poller {
    if (serviceIn(mapping.sourceArn) === 'sqs') return new QueuePoller(this.cloud, mapping);
    return new StreamPoller(this.cloud, mapping, sourceOf(this.cloud, mapping), this.positions);
  }
}
