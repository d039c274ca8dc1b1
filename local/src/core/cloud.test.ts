import type { Store } from '../store/store';
import { systemClock } from './clock';
import { Cloud, type State } from './cloud';

const newCloud = () => new Cloud({} as Store, systemClock, { dataDir: '', enforceLimits: true, log: () => {} }, []);

test('a state that another one first needs as it closes is closed, too', async () => {
  const closed: string[] = [];
  class Metrics implements State {
    close() {
      closed.push('metrics');
    }
  }
  class Queries implements State {
    constructor(private readonly cloud: Cloud) {}
    close() {
      this.cloud.state(Metrics);
      closed.push('queries');
    }
  }
  const cloud = newCloud();
  cloud.state(Queries);
  await cloud.close();
  expect(closed).toEqual(['queries', 'metrics']);
});

test('a state is closed before those it uses, and after those that end its work, in whatever order they were created', async () => {
  const closed: string[] = [];
  class Named implements State {
    close() {
      closed.push(this.constructor.name);
    }
  }
  class Store extends Named {}
  class Runtime extends Named {
    static readonly uses = [Store];
  }
  class Poller extends Named {
    static readonly uses = [Store];
    static readonly endedBy = [Runtime];
  }
  for (const types of [
    [Store, Runtime, Poller],
    [Poller, Runtime, Store],
    [Runtime, Poller, Store],
  ]) {
    const cloud = newCloud();
    for (const type of types) cloud.state(type);
    await cloud.close();
    expect(closed.splice(0)).toEqual(['Runtime', 'Poller', 'Store']);
  }
});
