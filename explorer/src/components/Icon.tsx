import type { IconNode } from "lucide";
import { h } from "preact";

export interface IconProps {
  /** From `lucide`: `import { Play } from "lucide"`. */
  icon: IconNode;
  /** In pixels. */
  size?: number;
  /** For screen readers; without it the icon is decoration. */
  label?: string;
  class?: string;
}

/** One of lucide's icons, which are data: tags and attributes. */
export function Icon({ icon, size = 16, label, class: className }: IconProps) {
  return (
    <svg
      class={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={size < 20 ? 1.9 : 1.6}
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label === undefined ? undefined : "img"}
      aria-label={label}
      aria-hidden={label === undefined ? "true" : undefined}
    >
      {icon.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
