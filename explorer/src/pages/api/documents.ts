import { type HeaderRow, isSecretHeader, withoutSecrets } from "./headers.ts";

/** A tab: a text of GraphQL with its variables and headers. */
export interface Draft {
  id: string;
  query: string;
  /** JSON, or what is to become JSON. */
  variables: string;
  headers: HeaderRow[];
}

/** The open tabs; there is always one. */
export interface Drafts {
  open: Draft[];
  active: string;
}

const MOST = 30;

export function newDraft(of: Partial<Draft> = {}): Draft {
  return { query: "", variables: "", headers: [], ...of, id: crypto.randomUUID() };
}

export function firstDrafts(): Drafts {
  const draft = newDraft();
  return { open: [draft], active: draft.id };
}

export function activeDraft(drafts: Drafts): Draft {
  const found = drafts.open.find((one) => one.id === drafts.active) ?? drafts.open[0];
  return found ?? newDraft();
}

/** With one more tab, which is shown. An empty tab is used rather than left beside. */
export function opened(drafts: Drafts, draft: Draft): Drafts {
  const current = activeDraft(drafts);
  const at = drafts.open.findIndex((one) => one.id === current.id);
  const open = drafts.open.slice();
  if (isEmpty(current) && !isEmpty(draft)) {
    open.splice(at, 1, draft);
  } else {
    open.splice(at + 1, 0, draft);
  }
  while (open.length > MOST) {
    open.splice(open[0]?.id === draft.id ? 1 : 0, 1);
  }
  return { open, active: draft.id };
}

/** Without a tab. Beside the one that was shown, the next is; the last leaves an empty one. */
export function closed(drafts: Drafts, id: string): Drafts {
  const at = drafts.open.findIndex((one) => one.id === id);
  const open = drafts.open.filter((one) => one.id !== id);
  if (open.length === 0) {
    return firstDrafts();
  }
  const next = open[Math.min(at, open.length - 1)] ?? open[0];
  return { open, active: drafts.active === id ? (next?.id ?? "") : drafts.active };
}

export function changed(drafts: Drafts, id: string, change: Partial<Draft>): Drafts {
  const open = drafts.open.map((one) => (one.id === id ? { ...one, ...change, id } : one));
  return { ...drafts, open };
}

function isEmpty(draft: Draft): boolean {
  return draft.query.trim() === "" && draft.variables.trim() === "";
}

/** Whether what a store had are tabs: an older page, or a hand, may have written it. */
export function areDrafts(found: unknown): found is Drafts {
  const drafts = found as Partial<Drafts> | null;
  return (
    typeof drafts === "object" &&
    drafts !== null &&
    Array.isArray(drafts.open) &&
    drafts.open.length > 0 &&
    drafts.open.every(isDraft)
  );
}

function isDraft(found: Partial<Draft> | null): boolean {
  return (
    typeof found === "object" &&
    found !== null &&
    typeof found.id === "string" &&
    typeof found.query === "string" &&
    typeof found.variables === "string" &&
    Array.isArray(found.headers)
  );
}

/** Values of secret headers, by tab and by place in its list. */
export type SecretValues = Record<string, Record<number, string>>;

/** The tabs as they may be kept for long, and the secrets that may not. */
export function split(drafts: Drafts): { open: Drafts; secrets: SecretValues } {
  const secrets: SecretValues = {};
  for (const draft of drafts.open) {
    draft.headers.forEach((row, at) => {
      if (!isSecretHeader(row.name) || row.value === "") {
        return;
      }
      secrets[draft.id] = { ...secrets[draft.id], [at]: row.value };
    });
  }
  const open = drafts.open.map((one) => ({ ...one, headers: withoutSecrets(one.headers) }));
  return { open: { ...drafts, open }, secrets };
}

/** The tabs with their secrets; those of headers that are not secret any more are left out. */
export function joined(drafts: Drafts, secrets: SecretValues): Drafts {
  const open = drafts.open.map((draft) => {
    const values = secrets[draft.id];
    if (values === undefined) {
      return draft;
    }
    const headers = draft.headers.map((row, at) =>
      isSecretHeader(row.name) ? { ...row, value: values[at] ?? row.value } : row,
    );
    return { ...draft, headers };
  });
  return { ...drafts, open };
}
