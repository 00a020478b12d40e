import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import "./Empty.css";

export interface EmptyProps {
  icon?: IconNode;
  title: ComponentChildren;
  /** What to do, so that there is something. */
  children?: ComponentChildren;
  action?: ComponentChildren;
}

/** What stands where there is nothing yet. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div class="empty">
      {icon && (
        <span class="empty-icon">
          <Icon icon={icon} size={22} />
        </span>
      )}
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {action !== undefined && <div class="empty-action">{action}</div>}
    </div>
  );
}
