/**
 * Exit codes of every command. 0 and 2 are Terraform's own "detailed exit code" convention; the review's gates start at
 * 10 so that a pipeline can tell them from Terraform's codes.
 */
export const ExitCode = {
  ok: 0,
  /** Something went wrong: Terraform failed, AWS refused, a file is unreadable. */
  failed: 1,
  /** `plan` only: the plan holds changes. */
  changes: 2,
  /** The command refused to act: plan is stale, code changed, other account, nobody said yes. Nothing was touched. */
  refused: 3,
  /** Terraform, Node, the project's files or the stack's outputs are not there. */
  prerequisite: 4,
  gateDataLoss: 10,
  gateDelete: 11,
  gateReplace: 12,
  gateHigh: 13,
  gateMedium: 14,
  gateCost: 15,
  usage: 64,
  interrupted: 130,
} as const;
