import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
} from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { editorTheme } from "./theme.ts";

export interface CodeEditorProps {
  /** What a screen reader calls it. */
  label: string;
  value: string;
  onChange?: ((value: string) => void) | undefined;
  /** Language, lint and the like. Read once, when the editor is made. */
  extensions?: Extension;
  placeholder?: string | undefined;
  readOnly?: boolean | undefined;
  /** Whether there are line numbers and marks to fold. */
  gutter?: boolean | undefined;
  invalid?: boolean | undefined;
  /** Break long lines instead of scrolling. */
  wrap?: boolean | undefined;
  class?: string | undefined;
  /** With the editor when it was made, and with null when it is gone. */
  onView?: ((view: EditorView | null) => void) | undefined;
}

/** A change by the page, not by the user. */
const given = Annotation.define<boolean>();

/**
 * A code editor, made of CodeMirror, of the size of its box.
 *
 * It lives in a shadow root: there CodeMirror brings its styles as constructed style sheets, where in the
 * document it would add a `<style>`, which the page's policy forbids. Tab leaves the editor, and
 * Ctrl+Enter is left to whoever is around it.
 */
export default function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // What was told and has not come back as a value yet: one may have typed on meanwhile.
  const told = useRef<string[]>([]);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (host.current === null) {
      return;
    }
    const made = open(host.current, props, (text) => {
      told.current.push(text);
      latest.current.onChange?.(text);
    });
    view.current = made;
    props.onView?.(made);
    return () => {
      latest.current.onView?.(null);
      view.current = null;
      made.destroy();
    };
  }, []);

  useLayoutEffect(() => {
    const text = view.current?.state.doc;
    const at = told.current.indexOf(props.value);
    told.current.splice(0, at + 1);
    if (at >= 0 || text === undefined || text.toString() === props.value) {
      return;
    }
    view.current?.dispatch({
      changes: { from: 0, to: text.length, insert: props.value },
      annotations: given.of(true),
    });
  }, [props.value]);

  useEffect(() => {
    const content = view.current?.contentDOM;
    if (props.invalid) {
      content?.setAttribute("aria-invalid", "true");
    } else {
      content?.removeAttribute("aria-invalid");
    }
  }, [props.invalid]);

  return <div ref={host} class={props.class} data-editor={props.label} />;
}

function open(
  host: HTMLElement,
  props: CodeEditorProps,
  onText: (text: string) => void,
): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: true });
  const floating = document.createElement("div");
  const box = document.createElement("div");
  box.style.height = "100%";
  root.replaceChildren(box, floating);
  const changes = EditorView.updateListener.of((update) => {
    const isGiven = update.transactions.some((one) => one.annotation(given));
    if (update.docChanged && !isGiven) {
      onText(update.state.doc.toString());
    }
  });
  const extensions = [
    props.extensions ?? [],
    basics(props),
    tooltips({ parent: floating }),
    // What scrolls must be reached by keyboard, and tools know that of `tabindex` alone.
    EditorView.contentAttributes.of({ "aria-label": props.label, tabindex: "0" }),
    changes,
    editorTheme,
  ];
  const state = EditorState.create({ doc: props.value, extensions });
  return new EditorView({ state, root, parent: box });
}

function basics(props: CodeEditorProps): Extension {
  return [
    props.gutter ? [lineNumbers(), foldGutter(), highlightActiveLineGutter()] : [],
    props.readOnly ? EditorState.readOnly.of(true) : [],
    props.placeholder ? placeholder(props.placeholder) : [],
    props.wrap ? EditorView.lineWrapping : [],
    typedOver,
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.tabSize.of(2),
    keymap.of([
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
  ];
}

/**
 * Typing over a selection. Chromium would keep the look of what was selected in a `style` of its own,
 * which the page's policy blocks with a message in the console.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const text = event.data;
    const isTyped = event.inputType === "insertText" && text !== null && !view.composing;
    if (!isTyped || main.empty || ranges.length > 1) {
      return false;
    }
    const insert = () =>
      view.state.update(view.state.replaceSelection(text), {
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((one) => one(view, main.from, main.to, text, insert))) {
      view.dispatch(insert());
    }
    return true;
  },
});
