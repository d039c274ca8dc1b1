import { stackOf } from 'lakehouse-producer/stack-name';

/** The stack's name: the given one, else that of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME. The app has only that stack. */
export function stackNameOf({ stack, env }: { readonly stack?: string; readonly env: NodeJS.ProcessEnv }): string {
  return stack ?? stackOf(env) ?? 'lakehouse-dev';
}
