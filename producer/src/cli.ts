#!/usr/bin/env node
// The SDK's notice about Node 20 would come with every run; nobody can act on it here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

import { main } from './cli/main';
import { EXIT } from './cli/options';

const LAST_OUTPUT_MS = 2_000;

void main(process.argv).then((code) => {
  process.exitCode = code;
  // A reader of stdout that stands still, such as a pager, must not keep an interrupted run alive.
  if (code === EXIT.interrupted) setTimeout(() => process.exit(code), LAST_OUTPUT_MS).unref();
});
