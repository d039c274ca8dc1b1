import type { PolicyStatement } from './policy';

/** A stream that a function reads: of Kinesis, or of a DynamoDB table. */
export interface StreamSource {
  readonly arn: string;
  /** What a role that a function reads it with may do. */
  readStatements(region: string): PolicyStatement[];
}
