/** One thing wrong with the configuration. */
export interface Fault {
  /** The setting or environment variable at fault. */
  readonly key: string;
  /** Its value; undefined if the fault is that it is missing. */
  readonly value: unknown;
  /** The rule it breaks. */
  readonly rule: string;
}

/** The configuration can't be used. The message names every fault, one per line, with key, value and rule. */
export class ConfigError extends Error {
  /** @param faults all that is wrong, not only the first */
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(faultLine).join('\n'));
    this.name = 'ConfigError';
  }
}

function faultLine({ key, value, rule }: Fault): string {
  return value === undefined ? `${key}: ${rule}` : `${key} = ${JSON.stringify(value)}: ${rule}`;
}
