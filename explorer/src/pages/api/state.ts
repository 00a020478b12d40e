import { computed, effect, signal } from "@preact/signals";
import { persisted } from "../../state/persist.ts";
import {
  activeDraft,
  areDrafts,
  changed,
  type Draft,
  type Drafts,
  firstDrafts,
  joined,
  type SecretValues,
  split,
} from "./documents.ts";
import { isHistory, type Run } from "./history.ts";
import { type Operation, operationAt, operationsOf } from "./operations.ts";

const kept = persisted<Drafts>("api.tabs", firstDrafts(), { valid: areDrafts });
const secrets = persisted<SecretValues>("api.secret-headers", {}, { storage: "session" });

/** The open tabs. They survive reloads; secret headers only as long as the browser's tab is open. */
export const drafts = signal<Drafts>(joined(kept.peek(), secrets.peek()));

effect(() => {
  const parts = split(drafts.value);
  kept.value = parts.open;
  secrets.value = parts.secrets;
});

/** The tab that is shown. */
export const draft = computed<Draft>(() => activeDraft(drafts.value));

/** Where the cursor is in its query. */
export const cursor = signal(0);

/** The operations of its query; null while that has a mistake. */
export const operations = computed(() => operationsOf(draft.value.query));

/** The one that runs: that at the cursor. */
export const operation = computed<Operation | null>(() => {
  const all = operations.value;
  return all === null ? null : operationAt(all, cursor.value);
});

export function changeDraft(change: Partial<Draft>, id: string = draft.peek().id): void {
  drafts.value = changed(drafts.peek(), id, change);
}

/** What was sent, newest first. */
export const runs = persisted<Run[]>("api.history", [], { valid: isHistory });

/** What is open at the right. */
export const aside = persisted<"docs" | "history" | null>("api.aside", null, {
  valid: (found) => found === "docs" || found === "history",
});

/** Which editor is below that of the query. */
export const below = persisted<"variables" | "headers">("api.below", "variables", {
  valid: (found) => found === "variables" || found === "headers",
});

/** How answers are shown. */
export const answerLook = persisted<"tree" | "text">("api.answer", "tree", {
  valid: (found) => found === "tree" || found === "text",
});
