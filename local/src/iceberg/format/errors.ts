/** Why a table's files can't be read or changed; `code` is Trino's, which Athena shows before the message. */
export class IcebergError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** A commit that lost to another one, whose changes it can't be put on top of. */
export class CommitConflict extends IcebergError {
  constructor(detail: string) {
    super('ICEBERG_COMMIT_ERROR', detail);
  }
}

export const badMetadata = (detail: string) => new IcebergError('ICEBERG_INVALID_METADATA', detail);
