/** Arrival and records of a dead letter, of the shard 3. */
export const arrived = new Date('2026-11-26T08:00:07.250Z');
export const records = ['Active', 'Canceled', 'Active'].map((status, index) => ({
  SequenceNumber: String(100 + index),
  PartitionKey: `key-${index}`,
  Data: new Uint8Array(Buffer.from(JSON.stringify({ status }))),
  ApproximateArrivalTimestamp: arrived,
}));
