import type { EngineVersion } from '@aws-sdk/client-athena';

/** The one engine version that Athena SQL has left. */
export const ENGINE_VERSION: EngineVersion = {
  SelectedEngineVersion: 'AUTO',
  EffectiveEngineVersion: 'Athena engine version 3',
};

/** @param selected as the caller gave it. @default AUTO */
export function engineVersion(selected: string | undefined): EngineVersion {
  return { ...ENGINE_VERSION, SelectedEngineVersion: selected ?? 'AUTO' };
}
