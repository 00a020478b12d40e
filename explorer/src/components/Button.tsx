import { type IconNode, LoaderCircle } from "lucide";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./Button.css";

export interface ButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "class"> {
  /** One `primary` at most in a view. */
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "sm" | "md";
  icon?: IconNode;
  /** Shows that it is at work, and takes no clicks meanwhile. */
  busy?: boolean;
  /** Makes it a link that looks like a button. */
  href?: string;
  /** A link to another site or program opens in a tab of its own. */
  target?: string;
  class?: string;
  children?: ComponentChildren;
}

export function Button({
  variant = "secondary",
  size = "md",
  icon,
  busy = false,
  href,
  target,
  class: className,
  children,
  ...rest
}: ButtonProps) {
  const look = classes(
    "button",
    `button-${variant}`,
    `button-${size}`,
    busy && "is-busy",
    className,
  );
  const content = (
    <>
      {busy ? (
        <Icon icon={LoaderCircle} size={size === "sm" ? 14 : 15} class="button-spinner" />
      ) : (
        icon && <Icon icon={icon} size={size === "sm" ? 14 : 15} />
      )}
      {children !== undefined && <span class="button-text">{children}</span>}
    </>
  );
  if (href !== undefined) {
    return (
      <a
        class={look}
        href={href}
        target={target}
        rel={target === "_blank" ? "noopener noreferrer" : undefined}
        aria-label={rest["aria-label"] as string | undefined}
      >
        {content}
      </a>
    );
  }
  return (
    <button
      type="button"
      {...rest}
      class={look}
      aria-busy={busy ? "true" : undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {content}
    </button>
  );
}
