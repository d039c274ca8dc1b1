import type { EditorView } from '@codemirror/view';

/**
 * The SQL text of the SQL view. While the editor is open, it owns the text: nothing is written back while the user
 * types, or a late redraw would overwrite newer keystrokes. Between views the text is kept here.
 */
export class SqlDocument {
  private editor: EditorView | undefined;

  constructor(private kept: string) {}

  get text(): string {
    return this.editor?.state.doc.toString() ?? this.kept;
  }

  /** Replaces the whole text, by a saved query or one of the history. */
  replace(text: string): void {
    this.kept = text;
    this.editor?.dispatch({ changes: { from: 0, to: this.editor.state.doc.length, insert: text } });
  }

  /** Connects an editor to the text. @returns a function to call when it closes */
  attach(editor: EditorView): () => void {
    this.editor = editor;
    return () => {
      this.kept = this.text;
      this.editor = undefined;
    };
  }
}
