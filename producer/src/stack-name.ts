/**
 * The stack that the lakehouse's variables name: `lakehouse-$LAKEHOUSE_ENV` (`dev` without one), followed by the name of a
 * second lakehouse (LAKEHOUSE_APP_NAME). Undefined without either.
 */
export function stackOf({
  LAKEHOUSE_ENV: name,
  LAKEHOUSE_APP_NAME: app,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  if (!name && !app) return undefined;
  return ['lakehouse', name || 'dev', ...(app ? [app] : [])].join('-');
}
