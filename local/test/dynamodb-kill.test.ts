import { dynamodbKillCycles } from 'lakehouse-local/testing/dynamodb-kill';

// Long version: `npm run kill:dynamodb`.
test('no acknowledged write is lost, and each change is in both streams once, when the endpoint is killed', async () => {
  const { acknowledged, changes, faults } = await dynamodbKillCycles({ cycles: 2 });
  expect(faults).toEqual([]);
  expect(acknowledged).toBeGreaterThan(20);
  expect(changes).toBeGreaterThan(0);
}, 90_000);
