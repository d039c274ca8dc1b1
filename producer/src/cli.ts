#!/usr/bin/env node
// The SDK's notice about Node 20 would come with every run; nobody can act on it here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

import { main } from './cli/main';

void main(process.argv).then((code) => {
  process.exitCode = code;
});
