import type { ComponentChildren } from "preact";
import { classes } from "./class-names.ts";
import "./Field.css";

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ComponentChildren;
  hideLabel?: boolean;
  disabled?: boolean;
  id?: string;
  class?: string;
}

export function Switch({
  checked,
  onChange,
  label,
  hideLabel = false,
  disabled = false,
  id,
  class: className,
}: SwitchProps) {
  return (
    <label class={classes("switch", className)}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        class="switch-input"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class={hideLabel ? "only-read" : undefined}>{label}</span>
    </label>
  );
}
