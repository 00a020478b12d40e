import type { TextareaHTMLAttributes } from "preact";
import { classes } from "./class-names.ts";
import "./Field.css";

export interface TextAreaProps
  extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "class" | "value"> {
  value: string;
  onValue: (value: string) => void;
  /** Ctrl+Enter, or Cmd+Enter. */
  onSubmit?: () => void;
  mono?: boolean;
  class?: string;
}

/** Grows with its text. */
export function TextArea({
  value,
  onValue,
  onSubmit,
  mono = false,
  class: className,
  ...rest
}: TextAreaProps) {
  return (
    <textarea
      rows={3}
      spellcheck={!mono}
      {...rest}
      class={classes("text-area", mono && "text-area-mono", className)}
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && onSubmit) {
          event.preventDefault();
          onSubmit();
        }
        rest.onKeyDown?.(event);
      }}
    />
  );
}
