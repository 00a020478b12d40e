import { ChevronDown } from "lucide";
import type { AllHTMLAttributes, ComponentChildren, SelectHTMLAttributes } from "preact";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./Field.css";

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
}

export interface SelectProps
  extends Omit<AllHTMLAttributes<HTMLSelectElement>, "size" | "class" | "value"> {
  value: string;
  onValue: (value: string) => void;
  options?: readonly (SelectOption | string)[];
  size?: "sm" | "md";
  /** As wide as there is room. */
  wide?: boolean;
  class?: string;
  /** `<option>` and `<optgroup>` instead of `options`. */
  children?: ComponentChildren;
}

export function Select({
  value,
  onValue,
  options = [],
  size = "md",
  wide = false,
  class: className,
  children,
  ...rest
}: SelectProps) {
  return (
    <span class={classes("select-box", wide && "select-box-wide", className)}>
      <select
        {...(rest as SelectHTMLAttributes<HTMLSelectElement>)}
        class={classes("select", size === "sm" && "select-sm")}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {children ??
          options.map((option) => {
            const one = typeof option === "string" ? { value: option, label: option } : option;
            return (
              <option
                key={one.value}
                value={one.value}
                disabled={"disabled" in one && one.disabled}
              >
                {one.label}
              </option>
            );
          })}
      </select>
      <Icon icon={ChevronDown} size={14} />
    </span>
  );
}
