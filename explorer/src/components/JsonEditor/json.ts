import { json } from "@codemirror/lang-json";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { jsonProblem } from "./json-problem.ts";
import { indented } from "./json-text.ts";

/** JSON for an editor: colours, marks at what is wrong, and Shift+Alt+F to lay it out. */
export function jsonExtensions(): Extension {
  return [
    json(),
    linter(problems, { delay: 300 }),
    keymap.of([{ key: "Shift-Alt-f", run: layOut, preventDefault: true }]),
  ];
}

/** An empty text is no mistake: nothing was typed yet. */
function problems(view: EditorView): Diagnostic[] {
  const text = view.state.doc.toString();
  if (text.trim() === "") {
    return [];
  }
  const problem = jsonProblem(text);
  return problem === null ? [] : [{ ...problem, severity: "error" }];
}

/** Indents the JSON of an editor anew; false if it is none. */
export function layOut(view: EditorView): boolean {
  const text = view.state.doc.toString();
  if (jsonProblem(text) !== null) {
    return false;
  }
  const insert = indented(text);
  if (insert !== text) {
    view.dispatch({ changes: { from: 0, to: text.length, insert } });
  }
  return true;
}
