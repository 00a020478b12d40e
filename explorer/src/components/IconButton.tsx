import type { IconNode } from "lucide";
import type { ButtonHTMLAttributes } from "preact";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import { Tooltip } from "./Tooltip.tsx";
import "./Button.css";

export interface IconButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "label" | "class"> {
  icon: IconNode;
  /** What it does; also shown when pointed at. */
  label: string;
  size?: "sm" | "md";
  /** For those that switch something. */
  pressed?: boolean;
  /** Where the label shows. */
  tip?: "top" | "bottom" | "left" | "right";
  class?: string;
}

export function IconButton({
  icon,
  label,
  size = "md",
  pressed,
  tip = "bottom",
  class: className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} side={tip} named>
      <button
        type="button"
        {...rest}
        class={classes("icon-button", size === "sm" && "icon-button-sm", className)}
        aria-label={label}
        aria-pressed={pressed}
      >
        <Icon icon={icon} size={size === "sm" ? 15 : 17} />
      </button>
    </Tooltip>
  );
}
