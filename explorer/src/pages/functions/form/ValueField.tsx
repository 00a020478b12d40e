import "./value-field.css";
import { CircleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { InputField } from "../../../api/types.ts";
import { Icon } from "../../../components/Icon.tsx";
import { parseType } from "../typeref.ts";
import { type Draft, shapeOf, startingValue } from "../values.ts";
import { useForm } from "./context.ts";
import { Fields } from "./Fields.tsx";
import { sendsEmptyText, waysOf } from "./given.ts";
import { ListEditor } from "./ListEditor.tsx";
import { MapEditor } from "./MapEditor.tsx";
import { ScalarEditor } from "./ScalarEditor.tsx";
import { Segments } from "./Segments.tsx";

export interface ValueProps {
  field: InputField;
  draft: Draft;
  path: string;
  onChange: (draft: Draft) => void;
}

interface ValueFieldProps extends ValueProps {
  /** At the right end of its head: what removes it from a list. */
  action?: ComponentChildren;
}

/** One argument, one field of an input object, or one item of a list. */
export function ValueField({ field, draft, path, onChange, action }: ValueFieldProps) {
  const { types, problems } = useForm();
  const id = useId();
  const shape = shapeOf(parseType(field.type), types);
  const ways = waysOf(field);
  const isGroup = shape.kind !== "scalar" && shape.kind !== "enum";
  // These show being null or left out among their values.
  const isChoice = shape.kind === "enum" || (shape.kind === "scalar" && shape.name === "Boolean");
  const problem = problems[path];
  const isEmpty = problem === undefined && sendsEmptyText(field, draft);
  const select = (given: Draft["given"]) => {
    const begins = given === "value" ? startingValue(parseType(field.type), types) : {};
    onChange({ ...begins, ...draft, given });
  };
  const control = {
    id,
    "aria-describedby":
      [
        field.description !== null && `${id}-about`,
        isEmpty && `${id}-empty`,
        problem && `${id}-problem`,
      ]
        .filter(Boolean)
        .join(" ") || undefined,
    "aria-invalid": problem === undefined ? undefined : (true as const),
    "aria-labelledby": `${id}-name`,
  };
  const props = { field, draft, path, onChange };
  return (
    <div
      class={isGroup ? "value-field is-group" : "value-field"}
      {...(isGroup ? { role: "group", "aria-labelledby": `${id}-name` } : {})}
      data-path={path}
    >
      <div class="value-head">
        {isGroup || isChoice ? (
          <span class="value-name" id={`${id}-name`}>
            {field.name}
          </span>
        ) : (
          <label class="value-name" id={`${id}-name`} htmlFor={id}>
            {field.name}
          </label>
        )}
        <code class="value-type">{field.type}</code>
        {ways.length > 1 && !isChoice && (
          <Segments
            small
            label={`How ${field.name} is given`}
            segments={ways}
            selected={draft.given}
            onSelect={select}
          />
        )}
        {action}
      </div>
      {field.description !== null && (
        <p class="value-about" id={`${id}-about`}>
          {field.description}
        </p>
      )}
      {(shape.kind === "scalar" || shape.kind === "enum") && (
        <ScalarEditor {...props} shape={shape} control={control} />
      )}
      {shape.kind === "list" && draft.given === "value" && (
        <ListEditor {...props} item={shape.item} />
      )}
      {shape.kind === "map" && draft.given === "value" && <MapEditor {...props} shape={shape} />}
      {shape.kind === "object" && draft.given === "value" && (
        <ObjectEditor {...props} fields={shape.fields} />
      )}
      {isGroup && draft.given === "out" && field.default !== null && (
        <code class="value-default">{field.default}</code>
      )}
      {isEmpty && (
        <p class="value-empty" id={`${id}-empty`}>
          An empty text will be sent.
        </p>
      )}
      {problem !== undefined && (
        <p class="value-problem" id={`${id}-problem`} role="alert">
          <Icon icon={CircleAlert} size={14} />
          {problem}
        </p>
      )}
    </div>
  );
}

function ObjectEditor({ fields, draft, path, onChange }: ValueProps & { fields: InputField[] }) {
  return (
    <div class="value-inside">
      <Fields
        fields={fields}
        drafts={draft.fields ?? {}}
        path={path}
        onChange={(drafts) => onChange({ ...draft, fields: drafts })}
      />
    </div>
  );
}
