import type { EditorView } from '@codemirror/view';

/**
 * The SQL that is being written. The editor owns it while it is open: nothing is written back into it as it is typed, so
 * keys that come faster than the page redraws are never overtaken by an older text. Between views the text is kept here.
 */
export class SqlDocument {
  private editor: EditorView | undefined;

  constructor(private kept: string) {}

  get text(): string {
    return this.editor?.state.doc.toString() ?? this.kept;
  }

  /** Replaces all of the text: a saved query, or one of the history. */
  replace(text: string): void {
    this.kept = text;
    this.editor?.dispatch({ changes: { from: 0, to: this.editor.state.doc.length, insert: text } });
  }

  /** An editor shows the text from now on. @returns what to do when it closes. */
  attach(editor: EditorView): () => void {
    this.editor = editor;
    return () => {
      this.kept = this.text;
      this.editor = undefined;
    };
  }
}
