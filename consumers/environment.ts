/** A variable of the function's environment. @throws if it isn't set; Lambda reports a failed initialization */
export function variable(name: string, fallback?: string): string {
  const value = process.env[name] || fallback;
  if (value === undefined) throw new Error(`${name} is not set: give it in the consumer's environment.`);
  return value;
}

/** A variable that holds a comma-separated list. */
export const listVariable = (name: string, fallback: string): string[] =>
  variable(name, fallback)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
