import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const wavy = (colour: string) => ({
  // The library's own mark is a `data:` image, which the page's policy blocks.
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline wavy ${colour} 1px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

const box = {
  border: "1px solid var(--line-strong)",
  borderRadius: "var(--radius-2)",
  backgroundColor: "var(--raised)",
  boxShadow: "var(--shadow-2)",
  color: "var(--text)",
};

/** How editors look: the page's custom properties reach into shadow roots, so both themes are one. */
const look = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "transparent",
    color: "var(--text)",
    fontSize: "var(--text-sm)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "1.6",
    scrollbarWidth: "thin",
    scrollbarColor: "var(--line-strong) transparent",
  },
  ".cm-content": { padding: "var(--space-2) 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 var(--space-3)" },
  ".cm-gutters + .cm-content .cm-line": { paddingLeft: "var(--space-2)" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--accent)", marginLeft: "-1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--accent-soft)" },
  ".cm-gutters": {
    border: "0",
    backgroundColor: "transparent",
    color: "var(--faint)",
    userSelect: "none",
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "28px", padding: "0 4px 0 8px" },
  ".cm-foldGutter .cm-gutterElement": { width: "14px", cursor: "pointer", textAlign: "center" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--text)" },
  ".cm-foldPlaceholder": {
    margin: "0 3px",
    padding: "0 5px",
    border: "1px solid var(--line)",
    backgroundColor: "var(--sunken)",
    color: "var(--muted)",
  },
  ".cm-placeholder": { color: "var(--faint)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--active)",
    outline: "1px solid var(--line-strong)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-selectionMatch": { backgroundColor: "var(--active)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)" },
});

const problems = EditorView.theme({
  ".cm-lintRange-error": wavy("var(--bad)"),
  ".cm-lintRange-warning": wavy("var(--warn)"),
  ".cm-lintRange-info, .cm-lintRange-hint": wavy("var(--info)"),
  ".cm-lintRange-active": { backgroundColor: "var(--bad-soft)" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--bad)" },
  ".cm-diagnostic": {
    margin: "0",
    padding: "6px 10px",
    border: "0",
    borderLeft: "3px solid var(--bad)",
    fontFamily: "var(--font)",
    fontSize: "var(--text-sm)",
  },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--info)" },
});

const floating = EditorView.theme({
  ".cm-tooltip": { ...box, overflow: "hidden", zIndex: "60" },
  ".cm-tooltip-lint": { maxWidth: "min(480px, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    maxHeight: "260px",
    padding: "4px",
    fontFamily: "var(--mono)",
    fontSize: "var(--text-sm)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    alignItems: "baseline",
    gap: "var(--space-2)",
    padding: "3px 8px",
    borderRadius: "var(--radius-1)",
    lineHeight: "1.5",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--selected)",
    color: "var(--text)",
  },
  ".cm-completionMatchedText": {
    color: "var(--accent)",
    fontWeight: "600",
    textDecoration: "none",
  },
  ".cm-completionDetail": {
    marginLeft: "auto",
    paddingLeft: "var(--space-4)",
    color: "var(--muted)",
    fontStyle: "normal",
  },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "min(340px, 80vw)",
    padding: "8px 10px",
    fontFamily: "var(--font)",
    fontSize: "var(--text-sm)",
    lineHeight: "1.5",
    whiteSpace: "pre-line",
  },
});

const panel = EditorView.theme({
  ".cm-panels": {
    borderColor: "var(--line)",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
  },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px",
    padding: "8px 36px 8px 10px",
    fontFamily: "var(--font)",
  },
  ".cm-panel.cm-search br": { display: "none" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label": {
    margin: "0",
    fontSize: "var(--text-sm)",
  },
  ".cm-panel.cm-search label": {
    display: "inline-flex",
    alignItems: "center",
    gap: "4px",
    color: "var(--muted)",
  },
  ".cm-textfield": {
    height: "var(--control-sm)",
    padding: "0 8px",
    border: "1px solid var(--line-control)",
    borderRadius: "var(--radius-1)",
    backgroundColor: "var(--surface)",
    fontFamily: "var(--mono)",
  },
  ".cm-button": {
    height: "var(--control-sm)",
    padding: "0 8px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-1)",
    backgroundColor: "var(--surface)",
    backgroundImage: "none",
    fontFamily: "var(--font)",
    cursor: "pointer",
    "&:hover": { backgroundColor: "var(--hover)" },
    "&:active": { backgroundImage: "none" },
  },
  ".cm-textfield:focus-visible, button:focus-visible, input:focus-visible": {
    outline: "2px solid var(--focus)",
    outlineOffset: "1px",
  },
  ".cm-panel.cm-search [name=close]": {
    top: "8px",
    right: "8px",
    width: "var(--control-sm)",
    height: "var(--control-sm)",
    borderRadius: "var(--radius-1)",
    color: "var(--muted)",
    fontSize: "18px",
    lineHeight: "1",
    cursor: "pointer",
  },
});

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName], color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.integer, tags.float], color: "var(--code-number)" },
  { tag: [tags.keyword, tags.definitionKeyword, tags.bool, tags.null], color: "var(--code-word)" },
  { tag: [tags.variableName, tags.modifier], color: "var(--code-number)" },
  { tag: [tags.atom, tags.typeName, tags.special(tags.name)], color: "var(--code-type)" },
  { tag: tags.lineComment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.paren, tags.brace], color: "var(--muted)" },
]);

export const editorTheme: Extension = [
  look,
  problems,
  floating,
  panel,
  syntaxHighlighting(highlight),
];
