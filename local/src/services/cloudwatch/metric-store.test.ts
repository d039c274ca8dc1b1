import type { Cloud } from '../../core/cloud';
import { MetricStore } from './metric-store';

test('a flush waits for the one that is under way, also one that fails, and for no longer than that', async () => {
  const writes: { resolve(): void; reject(error: Error): void }[] = [];
  const store = {
    table: () => ({}),
    transaction: () => new Promise<void>((resolve, reject) => writes.push({ resolve, reject })),
  };
  const cloud = { store, clock: { now: () => 0 }, options: { log: () => {} } } as unknown as Cloud;
  const metrics = new MetricStore(cloud);
  const record = () =>
    metrics.record(
      { namespace: 'Test', name: 'm', dimensions: {} },
      1,
      'Count',
      { accountId: '000000000000', region: 'us-east-1' },
      0,
    );
  record();
  const first = metrics.flush();
  let read = false;
  const second = metrics.flush().then(() => {
    read = true;
  });
  await new Promise(setImmediate);
  expect({ read, writes: writes.length }).toEqual({ read: false, writes: 1 });
  writes[0]?.resolve();
  await Promise.all([first, second]);
  record();
  const failing = metrics.flush();
  writes[1]?.reject(new Error('The disk is full.'));
  await expect(failing).rejects.toThrow('The disk is full.');
  await metrics.flush();
});

test('what is recorded after the end waits for no timer', async () => {
  jest.useFakeTimers();
  const transaction = jest.fn(() => Promise.resolve());
  const log = jest.fn();
  const cloud = { store: { table: () => ({}), transaction }, clock: { now: () => 0 }, options: { log } };
  const metrics = new MetricStore(cloud as unknown as Cloud);
  await metrics.close();
  const owner = { accountId: '000000000000', region: 'us-east-1' };
  metrics.record({ namespace: 'Test', name: 'm', dimensions: {} }, 1, 'Count', owner, 0);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
