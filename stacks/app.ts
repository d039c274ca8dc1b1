import { App, type AppConfig } from 'cdktf';
import type { Configuration } from './config/load';
import { LakehouseStack } from './lakehouse-stack';
import { StateStack } from './state-stack';

/**
 * The CDKTF app of a configuration, with one stack in it: `cdktf deploy` then needs no stack's name.
 * @param options passed to CDKTF, such as `outdir`
 */
export function lakehouseApp(configuration: Configuration, options?: AppConfig): App {
  const { environment, settings, deletionSwitch, stack, secondName } = configuration;
  // The second lakehouse's own stack name and state: with the first one's, Terraform would plan to replace the first
  // lakehouse.
  const suffix = secondName === undefined ? environment : `${environment}-${secondName}`;
  const app = new App(options);
  const props = { settings, deletionSwitch, local: environment === 'local' };
  if (stack === 'state') new StateStack(app, `lakehouse-state-${suffix}`, props);
  else new LakehouseStack(app, `lakehouse-${suffix}`, props);
  return app;
}
