import type { Signal } from "@preact/signals";
import { Braces, RotateCcw } from "lucide";
import type { FunctionInfo } from "../../api/types.ts";
import { IconButton } from "../../components/IconButton.tsx";
import { JsonEditor } from "../../components/JsonEditor/index.tsx";
import { FormContext } from "./form/context.ts";
import { Fields } from "./form/Fields.tsx";
import { asFields, asJson, type Form, filled } from "./forms.ts";
import type { Problems, Types } from "./values.ts";

interface ArgumentsFormProps {
  about: FunctionInfo;
  form: Signal<Form>;
  types: Types;
  problems: Problems;
}

/** The arguments of a function: field by field, or all of them as JSON. */
export function ArgumentsForm({ about, form, types, problems }: ArgumentsFormProps) {
  const { json, drafts } = form.value;
  const count = Object.keys(problems).length;
  const toggle = () => {
    const next =
      json === null ? asJson(about, form.value, types) : asFields(about, form.value, types);
    if (next !== null) {
      form.value = next;
    }
  };
  if (about.arguments.length === 0) {
    return (
      <section aria-label="Arguments">
        <h2 class="function-part">Arguments</h2>
        <p class="function-none">It takes none.</p>
      </section>
    );
  }
  return (
    <section class="function-arguments" aria-label="Arguments">
      <div class="function-part-head">
        <h2 class="function-part">Arguments</h2>
        <IconButton
          icon={RotateCcw}
          size="sm"
          label="Begin anew"
          onClick={() => {
            form.value = filled(about, { ...form.value, drafts: {}, json: null }, types);
          }}
        />
        <IconButton
          icon={Braces}
          size="sm"
          label={json === null ? "Edit as JSON" : "Edit as a form"}
          pressed={json !== null}
          disabled={json !== null && count > 0}
          onClick={toggle}
        />
      </div>
      <FormContext.Provider value={{ types, problems }}>
        {json === null ? (
          <Fields
            fields={about.arguments}
            drafts={drafts}
            path=""
            onChange={(changed) => {
              form.value = { ...form.value, drafts: changed };
            }}
          />
        ) : (
          <>
            <JsonEditor
              label="Arguments as JSON"
              value={json}
              onChange={(text) => {
                form.value = { ...form.value, json: text };
              }}
            />
            <ProblemList problems={problems} />
          </>
        )}
      </FormContext.Provider>
    </section>
  );
}

function ProblemList({ problems }: { problems: Problems }) {
  const found = Object.entries(problems);
  if (found.length === 0) {
    return null;
  }
  return (
    <ul class="function-problems" role="alert">
      {found.slice(0, 10).map(([path, problem]) => (
        <li key={path}>
          {path !== "" && <code>{path}</code>} {problem}
        </li>
      ))}
    </ul>
  );
}
