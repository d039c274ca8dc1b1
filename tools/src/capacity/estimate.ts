/** A priced line of the estimate. */
export interface CostItem {
  readonly address: string;
  readonly item: string;
  /** The multiplication, with its numbers. */
  readonly arithmetic: string;
  readonly before: number;
  readonly after: number;
}

/** Monthly estimate in USD. */
export interface CostEstimate {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  readonly items: readonly CostItem[];
  readonly unpriced: readonly string[];
  readonly assumptions: readonly string[];
  /** Date and region of the price table. */
  readonly prices: string;
}
