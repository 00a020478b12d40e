import { Input } from "../../../components/Input.tsx";
import { Select } from "../../../components/Select.tsx";
import { TextArea } from "../../../components/TextArea.tsx";
import { durationWords, example, isInteger, isJsonText } from "../scalars.ts";
import type { Shape } from "../values.ts";
import { FileButton, LongText } from "./FileButton.tsx";
import { isText, placeholderOf, waysOf } from "./given.ts";
import { Segments } from "./Segments.tsx";
import type { ValueProps } from "./ValueField.tsx";

interface Control {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  "aria-labelledby": string;
}

interface ScalarProps extends ValueProps {
  shape: Extract<Shape, { kind: "scalar" } | { kind: "enum" }>;
  control: Control;
}

/** Longer texts, such as files in base64, would make an input slow. */
const LONGEST_SHOWN = 20_000;

/** Edits a value that has no parts. To type is to give a value. */
export function ScalarEditor(props: ScalarProps) {
  const { shape, draft, onChange, control, field } = props;
  if (shape.kind === "enum") {
    return <EnumEditor {...props} shape={shape} />;
  }
  if (shape.name === "Boolean") {
    return <BooleanEditor {...props} />;
  }
  const value = draft.given === "value" ? (draft.text ?? "") : "";
  const set = (text: string) => onChange({ ...draft, given: "value", text });
  const placeholder = placeholderOf(field, draft, example(shape.name));
  const isWords = isText(shape.name);
  const takesFiles = shape.name === "String" || shape.name.endsWith("Array");
  if (value.length > LONGEST_SHOWN) {
    return <LongText text={value} onClear={() => set("")} />;
  }
  if (isWords || isJsonText(shape.name)) {
    return (
      <div class="value-text">
        <TextArea
          {...control}
          rows={1}
          mono={!isWords}
          spellcheck={false}
          class="value-area"
          value={value}
          placeholder={placeholder}
          onValue={set}
        />
        {takesFiles && <FileButton name={field.name} onText={set} />}
      </div>
    );
  }
  const words = shape.name === "Int64" ? durationWords(value) : null;
  const now = NOW[shape.name];
  return (
    <Input
      {...control}
      mono
      inputMode={isInteger(shape.name) ? "numeric" : undefined}
      value={value}
      placeholder={placeholder}
      onValue={set}
      aside={
        words !== null ? (
          <span class="value-aside">{words}</span>
        ) : (
          now && (
            <button type="button" class="value-now" onClick={() => set(now.text())}>
              {now.label}
            </button>
          )
        )
      }
    />
  );
}

const NOW: Record<string, { label: string; text: () => string }> = {
  Timestamp: { label: "Now", text: () => `${new Date().toISOString().slice(0, 19)}Z` },
  Date: { label: "Today", text: () => new Date().toLocaleDateString("sv") },
  Time: { label: "Now", text: () => new Date().toLocaleTimeString("sv") },
  UUID: { label: "New", text: () => crypto.randomUUID() },
};

function BooleanEditor({ field, draft, onChange }: ScalarProps) {
  const others = waysOf(field)
    .filter((way) => way.id !== "value")
    .map((way) => ({
      ...way,
      label: way.id === "out" && field.default !== null ? `Default (${field.default})` : way.label,
    }));
  return (
    <Segments
      label={field.name}
      segments={[
        ...others,
        { id: "true", label: "true", mono: true },
        { id: "false", label: "false", mono: true },
      ]}
      selected={draft.given === "value" ? (draft.text ?? "false") : draft.given}
      onSelect={(id) =>
        onChange(
          id === "out" || id === "null"
            ? { ...draft, given: id }
            : { ...draft, given: "value", text: id },
        )
      }
    />
  );
}

function EnumEditor({
  field,
  draft,
  onChange,
  shape,
  control,
}: ScalarProps & { shape: Extract<Shape, { kind: "enum" }> }) {
  const ways = waysOf(field).filter((way) => way.id !== "value");
  const chosen = shape.values.find((each) => each.name === draft.text);
  // A value that the enum no longer has must not look as if another were chosen.
  const unknown = draft.given === "value" && chosen === undefined ? [draft.text ?? ""] : [];
  return (
    <>
      <Select
        {...control}
        wide
        value={draft.given === "value" ? `=${draft.text ?? ""}` : draft.given}
        onValue={(id) =>
          onChange(
            id === "out" || id === "null"
              ? { ...draft, given: id }
              : { ...draft, given: "value", text: id.slice(1) },
          )
        }
        options={[
          ...ways.map((way) => ({
            value: way.id,
            label:
              way.id === "out" && field.default !== null ? `Default (${field.default})` : way.label,
          })),
          ...unknown.map((name) => ({ value: `=${name}`, label: name })),
          ...shape.values.map(({ name }) => ({ value: `=${name}`, label: name })),
        ]}
      />
      {draft.given === "value" && chosen?.description && (
        <p class="value-about">{chosen.description}</p>
      )}
    </>
  );
}
