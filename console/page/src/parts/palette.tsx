import { useEffect, useRef, useState } from 'preact/hooks';

/** A command that is available everywhere on the page. */
export interface Command {
  readonly name: string;
  readonly run: () => void;
}

/** The command palette: Ctrl-K, a few letters, Enter. Arrow keys choose; Escape closes it. */
export function Palette({ commands }: { commands: readonly Command[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = commands.filter(({ name }) => matches(name, typed)).slice(0, 12);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setTyped('');
      setChosen(0);
      if (dialog.current?.open === false) dialog.current.showModal();
    };
    // Captured before the editor, which binds Ctrl-K too.
    addEventListener('keydown', open, { capture: true });
    return () => removeEventListener('keydown', open, { capture: true });
  }, []);
  const run = (command: Command | undefined) => {
    dialog.current?.close();
    command?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen((chosen + step + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Commands">
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found.length === 0 ? undefined : `command-${chosen}`}
        aria-label="Command"
        placeholder="Go to, run, take a query…"
        autoComplete="off"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="commands" role="listbox" aria-label="Commands">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keys.
          <div
            key={command.name}
            tabIndex={-1}
            id={`command-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(command)}
          >
            {command.name}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="muted">No command of that name.</p>}
    </dialog>
  );
}

/** Whether the name contains every typed word. */
function matches(name: string, typed: string): boolean {
  const own = name.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => own.includes(word));
}
