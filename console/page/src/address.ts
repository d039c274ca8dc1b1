import { useEffect, useState } from 'preact/hooks';

/** The view in the page's address: `#SQL?sql=SELECT+1`. A link to it shows the same view with the same settings. */
export interface Address {
  readonly view: string;
  readonly settings: ReadonlyMap<string, string>;
}

const CHANGED = 'lakehouse:address';

export function readAddress(): Address {
  const [view = '', query = ''] = location.hash.slice(1).split('?', 2);
  return { view, settings: new Map(new URLSearchParams(query)) };
}

/** The address of a view with its settings; empty ones are left out. */
export function addressOf(view: string, settings: Readonly<Record<string, string | undefined>> = {}): string {
  const set = Object.entries(settings).filter((entry): entry is [string, string] => !!entry[1]);
  return set.length === 0 ? `#${view}` : `#${view}?${new URLSearchParams(set)}`;
}

/** Writes a view's settings into the address, without an entry in the browser's history for each change. */
export function keepSettings(settings: Readonly<Record<string, string | undefined>>): void {
  const now = readAddress();
  history.replaceState(null, '', addressOf(now.view, { ...Object.fromEntries(now.settings), ...settings }));
  dispatchEvent(new Event(CHANGED));
}

/** Opens a view, as a link to it does. */
export function goTo(view: string, settings: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = addressOf(view, settings);
}

/** The address; the component renders again when it changes. */
export function useAddress(): Address {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const update = () => setAddress(readAddress());
    addEventListener('hashchange', update);
    addEventListener(CHANGED, update);
    return () => {
      removeEventListener('hashchange', update);
      removeEventListener(CHANGED, update);
    };
  }, []);
  return address;
}
