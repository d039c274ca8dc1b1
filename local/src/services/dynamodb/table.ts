import type { Owner } from '../../core/owner';
import type { Tags } from '../../core/tags';
import { Usage } from './tables/usage';
import type { ScalarType } from './values/attribute-value';

export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';
export type StreamViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
  /** Epoch seconds. */
  readonly LastIncreaseDateTime?: number;
  readonly LastDecreaseDateTime?: number;
  readonly NumberOfDecreasesToday?: number;
}

/** A stored secondary index. */
export interface IndexInfo {
  readonly name: string;
  readonly global: boolean;
  /** Prefix of its entries' keys; never reused. */
  readonly number: number;
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
  readonly throughput?: Throughput;
  readonly onDemand?: object;
  /** Epoch milliseconds at which it becomes ACTIVE; Infinity while it is filled. */
  readonly activeAt: number;
  /** Whether a global index of an existing table is still being filled. */
  readonly backfilling?: boolean;
}

/** A table's stream: enabled, or its last one. */
export interface StreamInfo {
  readonly arn: string;
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly number: number;
}

/** A table's durable description. */
export interface TableInfo extends Owner {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** Prefix of its items' keys; never reused. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds at which the table becomes ACTIVE after its creation or an update. */
  readonly activeAt: number;
  readonly status: 'CREATING' | 'UPDATING' | 'DELETING';
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: ScalarType }[];
  readonly keySchema: readonly KeySchemaElement[];
  readonly billingMode: BillingMode;
  /** Epoch milliseconds; undefined if the table never was on demand. */
  readonly onDemandSince?: number;
  readonly throughput: Throughput;
  /** Throughput from `activeAt` on, after a change. */
  readonly nextThroughput?: Throughput;
  readonly onDemand?: object;
  readonly indexes: readonly IndexInfo[];
  readonly stream?: StreamInfo;
  /** The table's last stream, if none is enabled. */
  readonly latestStream?: StreamInfo;
  readonly encryption?: { readonly keyArn: string };
  readonly tableClass?: string;
  readonly deletionProtection: boolean;
  readonly tags: Tags;
  readonly timeToLive?: {
    readonly attribute: string;
    readonly enabled: boolean;
    /** Whether the expiry times of existing items are still being stored. */
    readonly filling?: boolean;
  };
  /** Point-in-time recovery settings. */
  readonly recovery?: { readonly days: number; readonly since: number };
  readonly destinations?: readonly DestinationInfo[];
}

/** A Kinesis stream that receives a table's changes. */
export interface DestinationInfo {
  readonly streamArn: string;
  readonly number: number;
  readonly status: 'ACTIVE' | 'DISABLED';
  /** Epoch milliseconds. */
  readonly changedAt: number;
  readonly precision: 'MILLISECOND' | 'MICROSECOND';
}

/** A key attribute. */
export interface KeyPart {
  readonly name: string;
  readonly type: ScalarType;
}

export interface Keys {
  readonly hash: KeyPart;
  readonly sort: KeyPart | undefined;
}

export interface Index extends Keys {
  readonly info: IndexInfo;
  /** Attributes of its entries; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
}

export const placeOf = ({ accountId, region }: Owner, name: string): string => `${accountId} ${region} ${name}`;

/** A table with values derived from its description. */
export class Table implements Keys {
  readonly hash: KeyPart;
  readonly sort: KeyPart | undefined;
  readonly indexes: readonly Index[];
  /** Its key in maps. */
  readonly place: string;

  constructor(
    readonly info: TableInfo,
    /** Metrics of the table's requests, kept when its description changes. */
    readonly usage = new Usage(info, info.name),
  ) {
    this.place = placeOf(info, info.name);
    const keys = this.keysOf(info.keySchema);
    this.hash = keys.hash;
    this.sort = keys.sort;
    this.indexes = info.indexes.map((index) => ({
      info: index,
      ...this.keysOf(index.keySchema),
      projected: this.projectedBy(index),
    }));
  }

  index(name: string): Index | undefined {
    return this.indexes.find(({ info }) => info.name === name);
  }

  private keysOf(schema: readonly KeySchemaElement[]): Keys {
    const [hash, sort] = schema.map(({ AttributeName: name }) => ({ name, type: this.typeOf(name) }));
    return { hash: hash as KeyPart, sort };
  }

  private typeOf(name: string): ScalarType {
    return this.info.attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? 'S';
  }

  private projectedBy({ projection, keySchema }: IndexInfo): ReadonlySet<string> | undefined {
    if (projection.ProjectionType === 'ALL') return undefined;
    const keys = [...this.info.keySchema, ...keySchema].map(({ AttributeName }) => AttributeName);
    return new Set([...keys, ...(projection.NonKeyAttributes ?? [])]);
  }
}
