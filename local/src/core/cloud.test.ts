import type { Store } from '../store/store';
import { systemClock } from './clock';
import { Cloud, type State } from './cloud';

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
  const cloud = new Cloud({} as Store, systemClock, { dataDir: '', enforceLimits: true, log: () => {} }, []);
  cloud.state(Queries);
  await cloud.close();
  expect(closed).toEqual(['queries', 'metrics']);
});
