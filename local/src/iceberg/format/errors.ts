/** A failure to read or change a table's files; `code` is Trino's, which Athena shows before the message. */
export class IcebergError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** A commit that conflicts with an earlier one, and can't be applied on top of it. */
export class CommitConflict extends IcebergError {
  constructor(detail: string) {
    super('ICEBERG_COMMIT_ERROR', detail);
  }
}

export const badMetadata = (detail: string) => new IcebergError('ICEBERG_INVALID_METADATA', detail);
