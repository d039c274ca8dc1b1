/**
 * The stack's name: the given one, else `lakehouse-$LAKEHOUSE_ENV`, followed by the name of a second lakehouse
 * (LAKEHOUSE_APP_NAME). The app has only that stack; its own name may differ.
 */
export function stackNameOf({ stack, env }: { readonly stack?: string; readonly env: NodeJS.ProcessEnv }): string {
  if (stack !== undefined) return stack;
  const app = env.LAKEHOUSE_APP_NAME;
  return `lakehouse-${env.LAKEHOUSE_ENV || 'dev'}${app === undefined || app === '' ? '' : `-${app}`}`;
}
