import type { ComponentChildren } from "preact";
import { classes } from "./class-names.ts";
import "./Badge.css";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad" | "info";

export interface BadgeProps {
  tone?: Tone;
  /** Set in the font of code. */
  mono?: boolean;
  title?: string;
  class?: string;
  children: ComponentChildren;
}

export function Badge({
  tone = "neutral",
  mono = false,
  title,
  class: className,
  children,
}: BadgeProps) {
  return (
    <span class={classes("badge", `badge-${tone}`, mono && "badge-mono", className)} title={title}>
      {children}
    </span>
  );
}
