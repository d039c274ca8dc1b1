import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttributeValue, MessageSystemAttributeValue } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../core/cloud';
import { keysWithin } from '../../store/key-range';
import type { Table } from '../../store/store';
import { invalidReceiptHandle, messageNotInflight } from './errors';
import { numberOf, redrivePolicyOf } from './queue-attributes';
import type { QueueInfo } from './state';

/** A stored message. Immutable. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly systemAttributes: Readonly<Record<string, MessageSystemAttributeValue>>;
  readonly senderId: string;
  readonly sentAt: number;
  /** Epoch milliseconds until which it is hidden, by its delay or its last receive. */
  readonly visibleAt: number;
  readonly receives: number;
  readonly firstReceivedAt?: number;
  /** Id of the latest receipt; earlier ones are invalid. */
  readonly receipt?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** For a dead letter, its source queue. */
  readonly sourceArn?: string;
}

/** A message for its receiver. */
export interface Received extends StoredMessage {
  /** Position in the queue, from which a FIFO queue's sequence number is made. */
  readonly number: number;
  readonly handle: string;
}

/** A message to send, without the queue's own members. */
export type NewMessage = Pick<
  StoredMessage,
  'body' | 'attributes' | 'systemAttributes' | 'senderId' | 'groupId' | 'deduplicationId'
> & { readonly delaySeconds?: number | undefined };

export interface Sent {
  readonly id: string;
  readonly number: number;
}

/** Deduplication interval: a message repeated within it is dropped (SQS's page "Exactly-once processing"). */
const DEDUPLICATION_MS = 300_000;

/**
 * One queue: its messages in order, in memory and on disk. Receives, deletes and sends are on disk before they are
 * answered, so that a killed endpoint neither loses a message nor redelivers a deleted one.
 */
export class Queue {
  private readonly messages = new Map<number, StoredMessage>();
  private readonly waiters = new Set<() => void>();
  private next = 0;
  private readonly recent = new Map<string, Sent & { readonly at: number }>();
  private purgedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly cloud: Cloud,
    private current: QueueInfo,
    private readonly table: Table<StoredMessage>,
  ) {
    for (const { key, value } of table.getRange(keysWithin([current.arn]))) {
      const number = (key as [string, number])[1];
      this.messages.set(number, value);
      this.remember(value, number, cloud.clock.now());
      this.next = Math.max(this.next, number + 1);
    }
    // Numbers are never reused, even if all messages of the last run were deleted.
    this.next = Math.max(this.next, cloud.clock.now() * 1_000);
  }

  get info(): QueueInfo {
    return this.current;
  }

  get isFifo(): boolean {
    return this.current.attributes.FifoQueue === 'true';
  }

  replace(info: QueueInfo): void {
    this.current = info;
  }

  /** Sends messages, all or none; a FIFO queue drops duplicates within the deduplication interval. */
  async send(news: readonly NewMessage[]): Promise<Sent[]> {
    const now = this.cloud.clock.now();
    const delay = numberOf(this.current.attributes, 'DelaySeconds');
    const entered: [number, StoredMessage][] = [];
    const sent = news.map(({ delaySeconds, ...message }) => {
      const known = this.duplicateOf(message, now);
      if (known !== undefined) return known;
      const number = this.next++;
      const stored = { ...message, id: randomUUID(), sentAt: now, receives: 0 };
      entered.push([number, { ...stored, visibleAt: now + (delaySeconds ?? delay) * 1000 }]);
      this.remember({ ...stored, visibleAt: now }, number, now);
      return { id: stored.id, number };
    });
    try {
      await this.store(entered);
    } catch (error) {
      // Without their deduplication ids, a sender's retry isn't taken for a duplicate of the unstored messages.
      const lost = new Set(entered.map(([number]) => number));
      for (const [key, { number }] of this.recent) if (lost.has(number)) this.recent.delete(key);
      throw error;
    }
    this.wake();
    return sent;
  }

  /** Takes a message over from another queue: it keeps its id and time, but not its receives. */
  async take(message: StoredMessage, sourceArn: string): Promise<void> {
    const { receipt: _old, firstReceivedAt: _first, ...rest } = message;
    const visibleAt = this.cloud.clock.now();
    await this.store([[this.next++, { ...rest, receives: 0, visibleAt, sourceArn }]]);
    this.wake();
  }

  /** @param most most messages @param visibilityMs milliseconds that they stay hidden from other receivers */
  async receive(
    most: number,
    visibilityMs: number,
    deadLetterQueue: (arn: string) => Queue | undefined,
  ): Promise<Received[]> {
    const now = this.cloud.clock.now();
    await this.expire(now);
    const redrive = redrivePolicyOf(this.current.attributes);
    const target = redrive === undefined ? undefined : deadLetterQueue(redrive.deadLetterTargetArn);
    const received: Received[] = [];
    const dead: [number, StoredMessage][] = [];
    for (const [number, message] of this.visible(now)) {
      if (received.length >= most) break;
      if (redrive !== undefined && target !== undefined && message.receives >= redrive.maxReceiveCount) {
        dead.push([number, message]);
        continue;
      }
      const receipt = randomUUID();
      const handle = Buffer.from(`${number} ${receipt}`).toString('base64');
      const change = { receives: message.receives + 1, firstReceivedAt: message.firstReceivedAt ?? now, receipt };
      received.push({ ...message, ...change, visibleAt: now + visibilityMs, number, handle });
    }
    await this.store(received.map(({ number, handle: _handle, ...message }) => [number, message]));
    for (const [number, message] of dead) {
      await (target as Queue).take(message, this.current.arn);
      await this.discard([number]);
    }
    return received;
  }

  /** Waits until a message may be there, the time is over, or the queue is closed. */
  wait(ms: number): Promise<void> {
    const now = this.cloud.clock.now();
    const soonest = Math.min(...[...this.messages.values()].map(({ visibleAt }) => Math.max(visibleAt - now, 1)), ms);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, soonest);
      this.waiters.add(done);
    });
  }

  /** Deletes a message; an old receipt has no effect, as on AWS. @throws AwsError `ReceiptHandleIsInvalid` */
  async delete(handle: string): Promise<void> {
    const { number, message, isLatest } = this.byHandle(handle);
    if (message !== undefined && isLatest) await this.discard([number]);
    // The next message of its group may be received now.
    this.wake();
  }

  /** @throws AwsError `ReceiptHandleIsInvalid`, `MessageNotInflight` */
  async changeVisibility(handle: string, seconds: number): Promise<void> {
    const now = this.cloud.clock.now();
    const { number, message, isLatest } = this.byHandle(handle);
    if (message === undefined || !isLatest || message.visibleAt <= now) throw messageNotInflight();
    await this.store([[number, { ...message, visibleAt: now + seconds * 1000 }]]);
    this.wake();
  }

  /** Deletes all messages. @returns false if the last purge was less than a minute ago */
  async purge(): Promise<boolean> {
    const now = this.cloud.clock.now();
    if (now - this.purgedAt < 60_000) return false;
    this.purgedAt = now;
    await this.cloud.store.transaction(() => this.clear());
    return true;
  }

  /** Deletes all messages; within the caller's transaction. */
  clear(): void {
    for (const number of this.messages.keys()) this.table.remove([this.current.arn, number]);
    this.messages.clear();
  }

  /** All visible messages, for moving them to another queue. */
  movable(): [number, StoredMessage][] {
    return [...this.visible(this.cloud.clock.now())];
  }

  discard(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) this.messages.delete(number);
    return this.cloud.store.transaction(() => {
      for (const number of numbers) this.table.remove([this.current.arn, number]);
    });
  }

  counts() {
    const now = this.cloud.clock.now();
    let [visible, delayed, notVisible] = [0, 0, 0];
    let oldestSentAt: number | undefined;
    for (const { visibleAt, receives, sentAt } of this.messages.values()) {
      if (visibleAt <= now) visible++;
      else if (receives === 0) delayed++;
      else notVisible++;
      oldestSentAt = Math.min(oldestSentAt ?? sentAt, sentAt);
    }
    return { visible, delayed, notVisible, oldestSentAt };
  }

  close(): void {
    this.wake();
  }

  /** Messages that may be received now, oldest first; in a FIFO queue, of a group only while none of it is hidden. */
  private *visible(now: number): Generator<[number, StoredMessage]> {
    const busy = new Set<string>();
    if (this.isFifo)
      for (const { visibleAt, groupId } of this.messages.values())
        if (visibleAt > now && groupId !== undefined) busy.add(groupId);
    for (const [number, message] of this.messages) {
      if (message.visibleAt > now || (message.groupId !== undefined && busy.has(message.groupId))) continue;
      yield [number, message];
    }
  }

  private async expire(now: number): Promise<void> {
    const oldest = now - numberOf(this.current.attributes, 'MessageRetentionPeriod') * 1000;
    const expired: number[] = [];
    for (const [number, { sentAt }] of this.messages) if (sentAt < oldest) expired.push(number);
    if (expired.length > 0) await this.discard(expired);
  }

  /** The earlier message with the same deduplication id, in the group or in the whole queue. */
  private duplicateOf(message: Pick<StoredMessage, 'groupId' | 'deduplicationId'>, now: number): Sent | undefined {
    const key = this.deduplicationKey(message);
    const found = key === undefined ? undefined : this.recent.get(key);
    return found === undefined || found.at <= now - DEDUPLICATION_MS ? undefined : found;
  }

  /** Stores a deduplication id, which outlives its message: a deleted message counts as well. */
  private remember(message: StoredMessage, number: number, now: number): void {
    for (const [key, { at }] of this.recent) {
      if (at > now - DEDUPLICATION_MS) break;
      this.recent.delete(key);
    }
    const key = this.deduplicationKey(message);
    if (key !== undefined) this.recent.set(key, { id: message.id, number, at: message.sentAt });
  }

  private deduplicationKey({ groupId, deduplicationId }: Pick<StoredMessage, 'groupId' | 'deduplicationId'>) {
    if (!this.isFifo || deduplicationId === undefined) return undefined;
    const byGroup = this.current.attributes.DeduplicationScope === 'messageGroup';
    return byGroup ? `${groupId}\n${deduplicationId}` : deduplicationId;
  }

  private byHandle(handle: string) {
    const [number, receipt] = Buffer.from(handle, 'base64').toString().split(' ');
    if (receipt === undefined || !/^\d+$/.test(number ?? '')) throw invalidReceiptHandle(handle);
    const message = this.messages.get(Number(number));
    return { number: Number(number), message, isLatest: message?.receipt === receipt };
  }

  /** Stores messages. A refused write, such as on a full disk, changes nothing. */
  private async store(entries: readonly (readonly [number, StoredMessage])[]): Promise<void> {
    if (entries.length === 0) return;
    const before = entries.map(([number, message]) => ({ number, message, old: this.messages.get(number) }));
    for (const [number, message] of entries) this.messages.set(number, message);
    try {
      await this.cloud.store.transaction(() => {
        for (const [number, message] of entries) this.table.put([this.current.arn, number], message);
      });
    } catch (error) {
      for (const { number, message, old } of before) {
        if (this.messages.get(number) !== message) continue;
        if (old === undefined) this.messages.delete(number);
        else this.messages.set(number, old);
      }
      throw error;
    }
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) waiter();
  }
}

/** A FIFO queue's sequence number: 20 increasing digits. */
export const sequenceNumberOf = (number: number): string => String(number).padStart(20, '1');

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** MD5 of message attributes (SQS's page "Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageSystemAttributeValue>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (part: Uint8Array | string) => {
    const bytes = Buffer.from(part as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(name);
    add(DataType);
    hash.update(Uint8Array.of(DataType.startsWith('Binary') ? 2 : 1));
    add(DataType.startsWith('Binary') ? (BinaryValue ?? new Uint8Array()) : (StringValue ?? ''));
  }
  return hash.digest('hex');
}
