import { useComputed } from "@preact/signals";
import { Play, Square } from "lucide";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { state } from "../../api/events.ts";
import type { FunctionInfo } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { plural } from "../../components/format.ts";
import { ArgumentsForm } from "./ArgumentsForm.tsx";
import { FieldTree } from "./FieldTree.tsx";
import { FunctionHead } from "./FunctionHead.tsx";
import { type Form, filled, formOf, keyOf, valuesOf } from "./forms.ts";
import { LatencyStrip } from "./LatencyStrip.tsx";
import { buildOperation } from "./operation.ts";
import { ResultPanel } from "./result/ResultPanel.tsx";
import { cancel, run, runs } from "./runs.ts";
import { SameCall } from "./SameCall.tsx";
import { countFields, type Selected, select } from "./selection.ts";
import type { Types } from "./values.ts";

interface FunctionViewProps {
  about: FunctionInfo;
  types: Types;
}

/** One function: what it is, its form, and what came of it. */
export function FunctionView({ about, types }: FunctionViewProps) {
  const form = formOf(about);
  const key = keyOf(about);
  const last = useComputed(() => runs.value.get(key)).value;
  const source = state.value?.features.source ?? false;
  useEffect(() => {
    // What the page makes up, such as an UUID, must not change with each look at it.
    form.value = filled(about, form.peek(), types);
  }, [about, types]);
  const { variables, problems } = valuesOf(about, form.value, types);
  const selected = useMemo(
    () => select(about.result, types, form.value.choices),
    [about, types, form.value.choices],
  );
  const operation = buildOperation(about, variables, selected);
  const count = Object.keys(problems).length;
  const result = useRef<HTMLDivElement>(null);
  const running = last?.status === "running";
  const start = () => {
    // Of the form as it is now: keys may come faster than the page is drawn.
    const now = form.peek();
    const values = valuesOf(about, now, types);
    if (Object.keys(values.problems).length > 0) {
      showFirstProblem();
    } else {
      run(about, buildOperation(about, values.variables, select(about.result, types, now.choices)));
      showResult(result.current);
    }
  };
  useRunKey(start);
  return (
    <article class="function-view" aria-label={about.field}>
      <FunctionHead about={about} source={source} />
      <div class="function-columns">
        <div class="function-form">
          <ArgumentsForm about={about} form={form} types={types} problems={problems} />
          <div class="function-run">
            {running ? (
              <Button icon={Square} onClick={() => cancel(about)}>
                {about.operation === "subscription" ? "Stop" : "Cancel"}
              </Button>
            ) : (
              <Button
                variant="primary"
                icon={Play}
                aria-keyshortcuts="Control+Enter"
                onClick={start}
              >
                Run
              </Button>
            )}
            {count > 0 ? (
              <span class="function-run-problem" role="status">
                {plural(count, "value")} to correct
              </span>
            ) : (
              !running && (
                <span class="function-run-keys" aria-hidden="true">
                  <kbd>Ctrl</kbd> <kbd>Enter</kbd>
                </span>
              )
            )}
          </div>
        </div>
        <div class="function-result" ref={result}>
          <div class="function-result-inside">
            <section aria-label="Result of the last run">
              <ResultPanel key={key} about={about} run={last} source={source} />
            </section>
            <LatencyStrip name={about.name} />
          </div>
        </div>
        <div class="function-more">
          {selected !== null && (
            <ResultFields about={about} types={types} form={form} selected={selected} />
          )}
          <section aria-labelledby="same-call-title">
            <h2 class="function-part" id="same-call-title">
              The same call as
            </h2>
            <SameCall operation={operation} streams={about.operation === "subscription"} />
          </section>
        </div>
      </div>
    </article>
  );
}

function ResultFields({
  about,
  types,
  form,
  selected,
}: FunctionViewProps & { form: ReturnType<typeof formOf>; selected: Selected[] }) {
  return (
    <details class="function-fields">
      <summary>
        <span class="function-part">Fields of the result</span>
        <span class="function-fields-count">{countFields(selected)}</span>
      </summary>
      <FieldTree
        result={about.result}
        types={types}
        choices={form.value.choices}
        onChange={(choices) => {
          form.value = { ...form.value, choices } satisfies Form;
        }}
      />
    </details>
  );
}

/** Ctrl+Enter runs the function, wherever the focus is. */
function useRunKey(start: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const asked = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat;
      if (asked && document.querySelector("dialog:modal") === null) {
        event.preventDefault();
        event.stopPropagation();
        start();
      }
    };
    // Before an editor takes it as a line break.
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  });
}

function showFirstProblem(): void {
  document.querySelector<HTMLElement>('.function-form [aria-invalid="true"]')?.focus();
}

/** In narrow windows the result is below the form. */
function showResult(result: HTMLElement | null): void {
  if (result !== null && result.getBoundingClientRect().top > innerHeight * 0.7) {
    result.scrollIntoView({ block: "start", behavior: "smooth" });
  }
}
