import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type SQLNamespace, StandardSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'preact/hooks';

interface SqlEditorProps {
  readonly value: string;
  /** Database → table → columns, for completion. */
  readonly schema: SQLNamespace;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
}

// Colors with a contrast of at least 4.5 to 1 on the page's ground, light and dark.
const light = HighlightStyle.define([
  { tag: tags.keyword, color: '#6b21a8' },
  { tag: tags.string, color: '#9a3412' },
  { tag: tags.number, color: '#0f5f4c' },
  { tag: tags.comment, color: '#54636f' },
]);
const dark = HighlightStyle.define([
  { tag: tags.keyword, color: '#7cc7ff' },
  { tag: tags.string, color: '#8fd694' },
  { tag: tags.number, color: '#e3b778' },
  { tag: tags.comment, color: '#97a3ad' },
]);

/** A SQL editor: highlighting, completion from the catalog, Ctrl-Enter to run; Escape then Tab leaves it by keyboard. */
export default function SqlEditor({ value, schema, onChange, onRun }: SqlEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const language = useRef(new Compartment());
  const callbacks = useRef({ onChange, onRun });
  callbacks.current = { onChange, onRun };
  useEffect(() => {
    if (box.current === null) return;
    const runs = {
      key: 'Mod-Enter',
      run: () => {
        callbacks.current.onRun();
        return true;
      },
    };
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    view.current = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          keymap.of([runs, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          ...[lineNumbers(), history(), bracketMatching(), closeBrackets(), autocompletion()],
          syntaxHighlighting(isDark ? dark : light),
          language.current.of(sql({ dialect: StandardSQL, schema })),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
          EditorView.updateListener.of(
            ({ docChanged, state }) => docChanged && callbacks.current.onChange(state.doc.toString()),
          ),
        ],
      }),
    });
    return () => view.current?.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(sql({ dialect: StandardSQL, schema })) });
  }, [schema]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return <div class="editor" ref={box} />;
}
