import type { EditorView } from "@codemirror/view";
import type { GraphQLSchema } from "graphql";
import { AlignLeft, Play, Square, WandSparkles } from "lucide";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import { Copy } from "../../components/Copy.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { Select } from "../../components/Select.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import type { Place } from "./docs-navigation.ts";
import type { Draft } from "./documents.ts";
import { GraphqlEditor } from "./GraphqlEditor.tsx";
import { format, hasComments } from "./graphql-extensions.ts";
import { HeadersEditor } from "./HeadersEditor.tsx";
import { headerProblem } from "./headers.ts";
import { type Operation, operationLabel } from "./operations.ts";
import type { ErrorMark } from "./response-errors.ts";
import { below, changeDraft, cursor } from "./state.ts";
import { VariablesEditor } from "./VariablesEditor.tsx";
import { filledIn } from "./variables.ts";
import type { Declared } from "./variables-extensions.ts";

export interface EditorsProps {
  draft: Draft;
  schema: GraphQLSchema | null;
  /** Null while the text has a mistake. */
  operations: Operation[] | null;
  operation: Operation | null;
  variables: Declared;
  errors: readonly ErrorMark[];
  running: boolean;
  curl: () => string;
  view: EditorView | null;
  onView: (view: EditorView | null) => void;
  onRun: () => void;
  onStop: () => void;
  onDocs: (place: Place) => void;
  onOperation: (operation: Operation) => void;
}

/** The left half: the query, with its variables and headers below. */
export function Editors(props: EditorsProps) {
  const { draft } = props;
  return (
    <section class="api-editors" aria-label="Request">
      <Toolbar {...props} />
      <div class="api-query">
        <GraphqlEditor
          key={draft.id}
          value={draft.query}
          onChange={(query) => changeDraft({ query }, draft.id)}
          schema={props.schema}
          errors={props.errors}
          onCursor={(offset) => {
            cursor.value = offset;
          }}
          onDocs={props.onDocs}
          onView={props.onView}
        />
      </div>
      <Below draft={draft} variables={props.variables} />
    </section>
  );
}

function Toolbar(props: EditorsProps) {
  const { operations, operation, running } = props;
  const several = (operations?.length ?? 0) > 1;
  return (
    <div class="api-toolbar" role="toolbar" aria-label="Request">
      {running ? (
        <Button icon={Square} onClick={props.onStop}>
          Stop
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={Play}
          title="Ctrl+Enter"
          onClick={props.onRun}
          disabled={props.draft.query.trim() === ""}
        >
          Run
        </Button>
      )}
      {several && operations !== null && (
        <Select
          class="api-operation"
          aria-label="Operation to run"
          value={String(operation === null ? -1 : operations.indexOf(operation))}
          onValue={(at) => {
            const chosen = operations[Number(at)];
            if (chosen !== undefined) {
              props.onOperation(chosen);
            }
          }}
          options={operations.map((one, at) => ({
            value: String(at),
            label: `${one.kind} ${operationLabel(one)}`,
          }))}
        />
      )}
      <span class="api-toolbar-space" />
      <FormatButton view={props.view} />
      <Copy text={props.curl} label="Copy as curl" withText class="api-curl" />
    </div>
  );
}

function FormatButton({ view }: { view: EditorView | null }) {
  const [problem, setProblem] = useState("");
  const run = () => {
    if (view === null) {
      return;
    }
    const done = format(view);
    const comments = hasComments(view.state.doc.toString());
    const why = comments ? "Comments would be lost" : "There is a mistake in the text";
    setProblem(done ? "" : why);
    view.focus();
  };
  return (
    <>
      <span class="api-format-problem" role="status">
        {problem}
      </span>
      <IconButton icon={AlignLeft} label="Format (Shift+Alt+F)" onClick={run} />
    </>
  );
}

function Below({ draft, variables }: { draft: Draft; variables: Declared }) {
  const wrong = draft.headers.some((row) => headerProblem(row) !== null);
  const sent = draft.headers.filter((row) => row.on && row.name.trim() !== "").length;
  const filled = filledIn(draft.variables, variables.own);
  const canFill = variables.own.length > 0 && filled !== null && filled !== draft.variables;
  return (
    <Tabs
      class="api-below"
      label="Of the request"
      selected={below.value}
      onSelect={(id) => {
        below.value = id === "headers" ? "headers" : "variables";
      }}
      tabs={[
        { id: "variables", label: "Variables" },
        {
          id: "headers",
          label: "Headers",
          ...(sent > 0 ? { count: sent } : {}),
          ...(wrong ? { tone: "bad" as const } : {}),
        },
      ]}
      aside={
        below.value === "variables" && canFill ? (
          <Button
            size="sm"
            variant="ghost"
            icon={WandSparkles}
            onClick={() => changeDraft({ variables: filled }, draft.id)}
          >
            Fill in
          </Button>
        ) : undefined
      }
    >
      {below.value === "variables" ? (
        <VariablesEditor
          key={draft.id}
          value={draft.variables}
          onChange={(text) => changeDraft({ variables: text }, draft.id)}
          variables={variables}
        />
      ) : (
        <HeadersEditor
          rows={draft.headers}
          onChange={(headers) => changeDraft({ headers }, draft.id)}
        />
      )}
    </Tabs>
  );
}
