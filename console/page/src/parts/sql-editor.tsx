import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { StandardSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'preact/hooks';
import type { SqlDocument } from '../sql-document';

/** The table whose columns completion offers without a FROM. */
export interface SqlSchema {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly string[];
}

interface SqlEditorProps {
  readonly draft: SqlDocument;
  readonly schema: SqlSchema;
  readonly onRun: () => void;
}

// Colors by the style sheet's variables: a change of theme reaches the editor by itself.
const style = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--sql-keyword)' },
  { tag: tags.string, color: 'var(--sql-string)' },
  { tag: tags.number, color: 'var(--sql-number)' },
  { tag: tags.comment, color: 'var(--muted)' },
]);

/** A SQL editor: highlighting, completion from the catalog, Ctrl-Enter to run; Escape then Tab leaves it by keyboard. */
export default function SqlEditor({ draft, schema, onRun }: SqlEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const language = useRef(new Compartment());
  const run = useRef(onRun);
  run.current = onRun;
  useEffect(() => {
    if (box.current === null) return;
    const runs = {
      key: 'Mod-Enter',
      run: () => {
        run.current();
        return true;
      },
    };
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: draft.text,
        extensions: [
          keymap.of([runs, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          ...[lineNumbers(), history(), bracketMatching(), closeBrackets(), autocompletion()],
          syntaxHighlighting(style),
          language.current.of(languageOf(schema)),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
        ],
      }),
    });
    view.current = editor;
    const detach = draft.attach(editor);
    return () => {
      detach();
      editor.destroy();
      view.current = undefined;
    };
  }, [draft]);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(schema)) });
  }, [schema]);
  return <div class="editor" ref={box} />;
}

/** The SQL language with the table's columns completing anywhere, such as after SELECT, before FROM names the table. */
function languageOf({ database, table, columns }: SqlSchema) {
  return sql({
    dialect: StandardSQL,
    schema: { [database]: { [table]: [...columns] } },
    defaultSchema: database,
    defaultTable: table,
  });
}
