import { CircleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./Field.css";

/** What the control inside of a field needs, so that the label and the hints belong to it. */
export interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  required: boolean | undefined;
}

export interface FieldProps {
  label: ComponentChildren;
  /** Beside the label: a type, "optional". */
  note?: ComponentChildren;
  /** Below the control. */
  hint?: ComponentChildren;
  error?: string | null;
  required?: boolean;
  /** The label is only read. */
  hideLabel?: boolean;
  class?: string;
  /** The control: `{(control) => <Input {...control} value={x} onValue={set} />}`. */
  children: (control: FieldControl) => ComponentChildren;
}

export function Field({
  label,
  note,
  hint,
  error,
  required,
  hideLabel = false,
  class: className,
  children,
}: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={classes("field", className)}>
      <div class={hideLabel ? "only-read" : "field-head"}>
        <label class="field-label" htmlFor={id}>
          {label}
          {required && (
            <span class="field-required" aria-hidden="true">
              *
            </span>
          )}
        </label>
        {note !== undefined && <span class="field-note">{note}</span>}
      </div>
      {children({
        id,
        "aria-describedby": described === "" ? undefined : described,
        "aria-invalid": error ? true : undefined,
        required,
      })}
      {error && (
        <p id={`${id}-error`} class="field-error" role="alert">
          <Icon icon={CircleAlert} size={14} />
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
