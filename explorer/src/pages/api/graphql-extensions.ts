import { type Diagnostic, linter } from "@codemirror/lint";
import { type EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { completion, getSchema, graphqlLanguageSupport, lint, stateExtensions } from "cm6-graphql";
import { parse, print } from "graphql";
import { docsAt } from "./docs-at.ts";
import type { Place } from "./docs-navigation.ts";
import type { ErrorMark } from "./response-errors.ts";

export interface GraphqlListener {
  /** Where the cursor is now. */
  onCursor: (offset: number) => void;
  /** Somebody wants to read about this. */
  onDocs: (place: Place) => void;
}

/** GraphQL for an editor: completion, problems and docs by the schema that `updateSchema` gives it. */
export function graphqlExtensions(listener: GraphqlListener): Extension {
  return [
    graphqlLanguageSupport(),
    completion,
    lint,
    linter(null, { markerFilter: unlessBlank }),
    stateExtensions(undefined, { showErrorOnInvalidSchema: false }),
    serverErrors,
    hoverTooltip(hover, { hoverTime: 350 }),
    docsByKeyAndClick(listener.onDocs),
    EditorView.updateListener.of((update) => {
      if (update.selectionSet || update.docChanged) {
        listener.onCursor(update.state.selection.main.head);
      }
    }),
    look,
  ];
}

/** A text without anything in it has no problems yet. */
function unlessBlank(problems: readonly Diagnostic[], state: EditorState): Diagnostic[] {
  const lines = state.doc.toString().split("\n");
  const isBlank = lines.every((one) => /^\s*(#|$)/.test(one));
  return isBlank ? [] : [...problems];
}

const setErrors = StateEffect.define<readonly ErrorMark[]>();

/** What the server said of the text, until the text changes there. */
const serverErrors = StateField.define<{ marks: DecorationSet; errors: readonly ErrorMark[] }>({
  create: () => ({ marks: Decoration.none, errors: [] }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setErrors)) {
        return marked(effect.value, transaction.state.doc.length);
      }
    }
    return transaction.docChanged ? { marks: Decoration.none, errors: [] } : value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.marks),
});

function marked(errors: readonly ErrorMark[], length: number) {
  const within = errors.filter((one) => one.from < one.to && one.to <= length);
  const ranges = within.map((one) =>
    Decoration.mark({ class: "cm-serverError" }).range(one.from, one.to),
  );
  return { marks: Decoration.set(ranges, true), errors: within };
}

/** Mark what the server found wrong. */
export function showErrors(view: EditorView, errors: readonly ErrorMark[]): void {
  view.dispatch({ effects: setErrors.of(errors) });
}

/** Put the cursor to a place, and the place into sight. */
export function goTo(view: EditorView, from: number, to = from): void {
  const { length } = view.state.doc;
  const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
  view.dispatch({ selection, scrollIntoView: true });
  view.focus();
}

/** Lay the text out anew; false if it cannot be (see `formatted`). */
export function format(view: EditorView): boolean {
  const text = view.state.doc.toString();
  const insert = formatted(text);
  if (insert === null) {
    return false;
  }
  if (insert !== text) {
    view.dispatch({ changes: { from: 0, to: text.length, insert } });
  }
  return true;
}

/** The text laid out; null if it is no GraphQL, or has comments, which would be lost. */
export function formatted(text: string): string | null {
  try {
    return hasComments(text) ? null : `${print(parse(text))}\n`;
  } catch {
    return null;
  }
}

/** Whether there are comments in a text of GraphQL. */
export function hasComments(text: string): boolean {
  const withoutTexts = text.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"/g, '""');
  return withoutTexts.includes("#");
}

function docsOf(view: EditorView, offset: number) {
  const schema = getSchema(view.state);
  return schema ? docsAt(schema, view.state.doc.toString(), offset) : null;
}

function docsByKeyAndClick(onDocs: (place: Place) => void): Extension {
  const show = (view: EditorView, offset: number): boolean => {
    const place = docsOf(view, offset)?.place;
    if (place) {
      onDocs(place);
    }
    return Boolean(place);
  };
  return [
    Prec.high(
      keymap.of([
        {
          key: "F1",
          run: (view) => show(view, view.state.selection.main.head),
          preventDefault: true,
        },
        { key: "Shift-Alt-f", run: format, preventDefault: true },
      ]),
    ),
    EditorView.domEventHandlers({
      click(event, view) {
        if (!event.ctrlKey && !event.metaKey) {
          return false;
        }
        const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
        return offset !== null && show(view, offset);
      },
    }),
  ];
}

function hover(view: EditorView, offset: number) {
  const wrong = view.state
    .field(serverErrors)
    .errors.filter((one) => one.from <= offset && offset <= one.to);
  const docs = docsOf(view, offset);
  if (wrong.length === 0 && docs === null) {
    return null;
  }
  const pos = wrong[0]?.from ?? docs?.from ?? offset;
  const end = wrong[0]?.to ?? docs?.to ?? offset;
  const create = () => {
    const dom = document.createElement("div");
    dom.className = "cm-docs";
    for (const one of wrong) {
      dom.append(line("cm-docs-error", one.message));
    }
    if (docs !== null) {
      dom.append(line("cm-docs-signature", docs.signature));
      if (docs.description) {
        dom.append(line("cm-docs-text", docs.description));
      }
      if (docs.place) {
        dom.append(line("cm-docs-more", "F1 or Ctrl+click shows more"));
      }
    }
    return { dom };
  };
  return { pos, end, above: true, create };
}

function line(name: string, text: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  element.textContent = text;
  return element;
}

const look = EditorView.theme({
  ".cm-serverError": {
    borderRadius: "2px",
    backgroundColor: "var(--bad-soft)",
    boxShadow: "0 0 0 1px var(--bad)",
  },
  ".cm-docs": {
    maxWidth: "min(440px, 85vw)",
    padding: "8px 10px",
    fontSize: "var(--text-sm)",
    lineHeight: "1.5",
  },
  ".cm-docs-signature": { fontFamily: "var(--mono)", overflowWrap: "anywhere" },
  ".cm-docs-text": { marginTop: "4px", color: "var(--muted)", whiteSpace: "pre-line" },
  ".cm-docs-more": { marginTop: "6px", color: "var(--faint)", fontSize: "var(--text-xs)" },
  ".cm-docs-error": { color: "var(--bad)", whiteSpace: "pre-wrap" },
});
