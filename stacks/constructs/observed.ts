/** A consumer of the stream, for its alarms and graphs. */
export interface ObservedConsumer {
  readonly name: string;
  readonly function: string;
  readonly deadLetterQueue: string;
  /** Distance from the stream's end at which its alarm rises, in seconds. */
  readonly lagSeconds: number;
}

/** Names of the observed resources. */
export interface Observed {
  readonly streamName: string;
  readonly deliveryStreamName: string;
  /** The delivery stream to the Iceberg table. @default none */
  readonly icebergDeliveryStreamName?: string;
  /** The delivery stream of a table's changes. @default none */
  readonly changesDeliveryStreamName?: string;
  /** The functions that read the stream beside the delivery. */
  readonly consumers: readonly ObservedConsumer[];
  /** Whether records are converted: conversion adds an alarm on failures. */
  readonly conversion: boolean;
}
