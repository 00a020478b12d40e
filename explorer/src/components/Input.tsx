import type { IconNode } from "lucide";
import type { AllHTMLAttributes, ComponentChildren, InputHTMLAttributes, Ref } from "preact";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./Field.css";

export interface InputProps
  extends Omit<AllHTMLAttributes<HTMLInputElement>, "size" | "icon" | "class" | "value"> {
  value: string;
  onValue: (value: string) => void;
  /** Enter. */
  onEnter?: () => void;
  size?: "sm" | "md";
  icon?: IconNode;
  mono?: boolean;
  /** Inside, at its right end. */
  aside?: ComponentChildren;
  inputRef?: Ref<HTMLInputElement>;
  class?: string;
}

export function Input({
  value,
  onValue,
  onEnter,
  size = "md",
  icon,
  mono = false,
  aside,
  inputRef,
  class: className,
  ...rest
}: InputProps) {
  const input = (
    <input
      type="text"
      autoComplete="off"
      spellcheck={false}
      {...(rest as InputHTMLAttributes<HTMLInputElement>)}
      ref={inputRef}
      class={classes("input", size === "sm" && "input-sm", mono && "input-mono", className)}
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.isComposing && onEnter !== undefined) {
          event.preventDefault();
          onEnter();
        }
        rest.onKeyDown?.(event);
      }}
    />
  );
  if (icon === undefined && aside === undefined) {
    return input;
  }
  return (
    <span class={icon === undefined ? "input-box input-box-plain" : "input-box"}>
      {icon && <Icon icon={icon} size={15} />}
      {input}
      {aside !== undefined && <span class="input-aside">{aside}</span>}
    </span>
  );
}
