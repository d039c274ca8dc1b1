import type { PolicyStatement } from './policy';

/** A stream that a function reads: of Kinesis, or of a DynamoDB table. */
export interface StreamSource {
  readonly arn: string;
  /** Permissions of a role that reads the stream for a function. */
  readStatements(region: string): PolicyStatement[];
}
