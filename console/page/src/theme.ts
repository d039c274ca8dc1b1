import { useEffect, useState } from 'preact/hooks';

/** Theme of the page; `auto` follows the system, also while the page is open. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'lakehouse-theme';
const CHANGED = 'lakehouse:theme';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

export const theme = (): Theme => THEMES.find((name) => name === localStorage.getItem(KEY)) ?? 'auto';

/** Applies a theme, and saves it for the next visit. */
export function setTheme(name: Theme): void {
  localStorage.setItem(KEY, name);
  document.documentElement.dataset.theme = name;
  dispatchEvent(new Event(CHANGED));
}

export const nextTheme = (): Theme => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] as Theme;

/** A number that changes with the theme: canvases redraw with it, since they don't follow the style sheet. */
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

/** A style sheet color as the browser resolves it now; canvases can't read CSS variables. */
export function colorOf(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
