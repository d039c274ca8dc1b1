/**
 * The stack that is meant: the one named, else `lakehouse-$LAKEHOUSE_ENV`, with the name of a second lakehouse
 * (LAKEHOUSE_APP_NAME) at its end. The app has only that one; it may be called otherwise.
 */
export function stackNameOf({ stack, env }: { readonly stack?: string; readonly env: NodeJS.ProcessEnv }): string {
  if (stack !== undefined) return stack;
  const app = env.LAKEHOUSE_APP_NAME;
  return `lakehouse-${env.LAKEHOUSE_ENV || 'dev'}${app === undefined || app === '' ? '' : `-${app}`}`;
}
