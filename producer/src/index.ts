export { type Outcome, type ProduceOptions, produce, type Rate, type Result } from './produce';
export { type EventClock, SEEDED_START } from './record/clock';
export { RECORD_FIELDS, type RecordField, type RecordFieldName } from './record/fields';
export type { PersonEvent, RecordForm } from './record/person-event';
export { createRecordSource, type EventChunk, type EventSource, type RecordSettings, toChunk } from './record/source';
export { type ClientSettings, createKinesisClient } from './send/client';
export type { Refusal } from './send/pack';
export type { PartitionKey } from './send/partition-key';
export type { Progress, Summary } from './send/tally';
