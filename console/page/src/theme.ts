import { useEffect, useState } from 'preact/hooks';

/** `auto` follows the system, also when that changes while the page is open. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'lakehouse-theme';
const CHANGED = 'lakehouse:theme';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

export const theme = (): Theme => THEMES.find((name) => name === localStorage.getItem(KEY)) ?? 'auto';

/** Shows the page in a theme, and keeps it for the next visit. */
export function setTheme(name: Theme): void {
  localStorage.setItem(KEY, name);
  document.documentElement.dataset.theme = name;
  dispatchEvent(new Event(CHANGED));
}

export const nextTheme = (): Theme => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] as Theme;

/** A number that grows with each change of the theme: for what is drawn by its colors, such as canvases. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const update = () => setChanges((times) => times + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', update);
    addEventListener(CHANGED, update);
    return () => {
      system.removeEventListener('change', update);
      removeEventListener(CHANGED, update);
    };
  }, []);
  return changes;
}

/** A color of the style sheet as the browser resolves it now; canvases can't read variables. */
export function colorOf(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
