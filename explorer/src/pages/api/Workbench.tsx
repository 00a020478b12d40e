import type { EditorView } from "@codemirror/view";
import { BookOpen, History } from "lucide";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ErrorBanner } from "../../components/Banner.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { navigate, type PageProps } from "../../routes.ts";
import {
  chooseEndpoint,
  endpoint,
  endpointHeaders,
  endpoints,
  endpointUrl,
} from "../../state/endpoint.ts";
import { Answer } from "./Answer.tsx";
import { Aside } from "./Aside.tsx";
import { curlCommand } from "./curl.ts";
import { DraftTabs } from "./DraftTabs.tsx";
import { gone, type Place, START, stillThere } from "./docs-navigation.ts";
import { closed, newDraft, opened } from "./documents.ts";
import { Editors } from "./Editors.tsx";
import { goTo } from "./graphql-extensions.ts";
import { headersOf } from "./headers.ts";
import type { Run } from "./history.ts";
import { firstTemplate, kindOf, type Template, templateOf } from "./operation-template.ts";
import { errorMarks } from "./response-errors.ts";
import { forget, isRunning, type Outcome, outcomes, run, stop } from "./run.ts";
import { aside, draft, drafts, operation, operations } from "./state.ts";
import { useSchema } from "./use-schema.ts";
import { exactVariables, variableNames, variablesOf } from "./variables.ts";

/** Editors, answer, docs and history. */
export default function Workbench({ query }: PageProps) {
  const { schema, error, reload } = useSchema();
  const [view, setView] = useState<EditorView | null>(null);
  const [trail, setTrail] = useState(START);
  const current = draft.value;
  const outcome = outcomes.value[current.id];
  const chosen = operation.value;
  const all = operations.value;
  const variables = useMemo(
    () => ({
      own: chosen === null || schema === null ? [] : variablesOf(chosen.node, schema),
      others: (all ?? []).flatMap((one) => variableNames(one.node)),
    }),
    [all, chosen, schema],
  );
  const errors = useMemo(() => marksOf(outcome), [outcome]);
  const sameText = sentOf(outcome)?.query === current.query;

  useEffect(() => {
    if (schema !== null) {
      setTrail((before) => stillThere(before, schema));
    }
  }, [schema]);
  useEffect(() => openAsked(query), [query]);

  const start = () => {
    const to = endpoint.peek();
    if (to !== null && draft.peek().query.trim() !== "") {
      void run(draft.peek(), operation.peek(), to);
    }
  };
  const showDocs = (place: Place) => {
    aside.value = "docs";
    setTrail((before) => gone(before, place));
  };
  const open = (template: Template | null) => {
    if (template !== null) {
      drafts.value = opened(drafts.peek(), newDraft(template));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      start();
    }
  };

  const isEmpty = current.query.trim() === "";
  // Kept while one types, since an answer may be large.
  const answer = useMemo(
    () => (
      <Answer
        outcome={outcome}
        onPlace={sameText && view !== null ? (line, column) => goToPlace(view, line, column) : null}
        onExample={schema !== null && isEmpty ? () => open(firstTemplate(schema)) : null}
      />
    ),
    [outcome, sameText, view, schema, isEmpty],
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter runs from everywhere inside.
    <div class={`api-page${aside.value === null ? "" : " has-aside"}`} onKeyDown={onKeyDown}>
      <header class="api-head">
        <h1 tabIndex={-1}>API</h1>
        <DraftTabs
          drafts={drafts.value}
          onDrafts={(next) => {
            drafts.value = next;
          }}
          onClose={(id) => {
            forget(id);
            drafts.value = closed(drafts.peek(), id);
          }}
        />
        <AsideSwitch of="docs" />
        <AsideSwitch of="history" />
      </header>
      {error !== null && schema === null && (
        <div class="api-error-note">
          <ErrorBanner error={error} title="The schema could not be loaded" onRetry={reload} />
        </div>
      )}
      <Editors
        draft={current}
        schema={schema}
        operations={all}
        operation={chosen}
        variables={variables}
        errors={sameText ? errors : NO_MARKS}
        running={isRunning(outcome)}
        curl={curlOfDraft}
        view={view}
        onView={setView}
        onRun={start}
        onStop={() => stop(current.id)}
        onDocs={showDocs}
        onOperation={(one) => view && goTo(view, one.from)}
      />
      {answer}
      <Aside
        schema={schema}
        trail={trail}
        onTrail={setTrail}
        onTry={(type, field) => {
          const kind = schema && kindOf(schema, type);
          if (schema && kind) {
            open(templateOf(schema, kind, field));
          }
        }}
        onRun={restore}
      />
    </div>
  );
}

const NO_MARKS: never[] = [];

function AsideSwitch({ of }: { of: "docs" | "history" }) {
  const pressed = aside.value === of;
  return (
    <IconButton
      icon={of === "docs" ? BookOpen : History}
      label={of === "docs" ? "Docs" : "History"}
      pressed={pressed}
      onClick={() => {
        aside.value = pressed ? null : of;
      }}
    />
  );
}

function sentOf(outcome: Outcome | undefined) {
  return outcome === undefined ? null : outcome.sent;
}

function marksOf(outcome: Outcome | undefined) {
  if (outcome?.state === "answered") {
    return errorMarks(outcome.response.body?.errors ?? [], outcome.sent.query);
  }
  if (outcome?.state === "stream") {
    const last = outcome.log.events.at(-1);
    return errorMarks(last?.answer.errors ?? [], outcome.sent.query);
  }
  return NO_MARKS;
}

/** Open what another page asks for: `?query=...&variables=...`. */
function openAsked(query: URLSearchParams): void {
  const text = query.get("query");
  if (text === null) {
    return;
  }
  const asked = newDraft({ query: text, variables: query.get("variables") ?? "" });
  drafts.value = opened(drafts.peek(), asked);
  navigate(location.pathname, { replace: true });
}

/** Open what was sent before, as a tab of its own. */
function restore(of: Run): void {
  const { query, variables, headers } = of;
  drafts.value = opened(drafts.peek(), newDraft({ query, variables, headers }));
  if (endpoints.peek().some((one) => one.name === of.endpoint)) {
    chooseEndpoint(of.endpoint);
  }
}

function goToPlace(view: EditorView, line: number, column: number): void {
  const place = { message: "", locations: [{ line, column }] };
  const [mark] = errorMarks([place], view.state.doc.toString());
  if (mark !== undefined) {
    goTo(view, mark.from, mark.to);
  }
}

function curlOfDraft(): string {
  const to = endpoint.peek();
  const { query, variables, headers } = draft.peek();
  const chosen = operation.peek();
  return curlCommand({
    url: to === null ? "" : endpointUrl(to),
    query,
    variables: exactVariables(variables),
    operationName: chosen?.name ?? null,
    headers: to === null ? {} : { ...endpointHeaders(to), ...headersOf(headers) },
    stream: chosen?.kind === "subscription",
  });
}
