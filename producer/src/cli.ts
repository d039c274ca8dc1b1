#!/usr/bin/env node
// No notice of the SDK about Node 20 in every run: the user can't act on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

import { main } from './cli/main';
import { EXIT } from './cli/options';

const LAST_OUTPUT_MS = 2_000;

void main(process.argv).then((code) => {
  process.exitCode = code;
  // A deadline for output: a reader of stdout that stalls, such as a pager, must not keep an interrupted run alive.
  if (code === EXIT.interrupted) setTimeout(() => process.exit(code), LAST_OUTPUT_MS).unref();
});
