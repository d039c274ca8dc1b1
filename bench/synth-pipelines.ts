import { App } from 'cdktf';
import { parseSettings } from '../stacks/config/load';
import { LakehouseStack } from '../stacks/lakehouse-stack';

/** An app with as many pipelines as PIPELINES says, each a stack with names of its own. */
const app = new App();
for (let number = 1; number <= Number(process.env.PIPELINES ?? 1); number += 1) {
  const settings = parseSettings({ appName: `pipeline-${number}` });
  new LakehouseStack(app, `lakehouse-${number}`, { settings, local: false, deletionSwitch: false });
}
app.synth();
