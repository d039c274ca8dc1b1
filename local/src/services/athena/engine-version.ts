import type { EngineVersion } from '@aws-sdk/client-athena';

/** The only engine version that Athena SQL still offers. */
export const ENGINE_VERSION: EngineVersion = {
  SelectedEngineVersion: 'AUTO',
  EffectiveEngineVersion: 'Athena engine version 3',
};

/** @param selected the caller's choice. @default AUTO */
export function engineVersion(selected: string | undefined): EngineVersion {
  return { ...ENGINE_VERSION, SelectedEngineVersion: selected ?? 'AUTO' };
}
