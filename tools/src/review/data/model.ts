import type { Action } from '../../plan/actions';

/**
 * Severity for the data: gone (`lost`), records missed (`gap`), easier to lose or to miss from now on (`risk`), or a
 * type that the tables here don't know (`unjudged`).
 */
export type DataEffect = 'lost' | 'gap' | 'unjudged' | 'risk';

/** Consequence of a change for data, in words. */
export interface DataImpact {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  readonly effect: DataEffect;
  /** Attributes that force it; empty for a plain delete. */
  readonly forcedBy: readonly string[];
  readonly meaning: string;
}

/** A rule's finding in a change. */
export interface Judgement {
  readonly effect: Exclude<DataEffect, 'unjudged'>;
  readonly attribute: string;
  readonly meaning: string;
}
