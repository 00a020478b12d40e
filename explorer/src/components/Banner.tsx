import { CircleAlert, CircleCheck, type IconNode, Info, TriangleAlert, X } from "lucide";
import type { ComponentChildren } from "preact";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";
import "./Banner.css";

export interface BannerProps {
  tone?: "info" | "good" | "warn" | "bad";
  title?: ComponentChildren;
  /** At the right: buttons. */
  actions?: ComponentChildren;
  onClose?: () => void;
  icon?: IconNode;
  class?: string;
  children?: ComponentChildren;
}

const ICONS: Record<NonNullable<BannerProps["tone"]>, IconNode> = {
  info: Info,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
};

export function Banner({
  tone = "info",
  title,
  actions,
  onClose,
  icon,
  class: className,
  children,
}: BannerProps) {
  return (
    <div
      class={classes("banner", `banner-${tone}`, className)}
      role={tone === "bad" || tone === "warn" ? "alert" : "status"}
    >
      <Icon icon={icon ?? ICONS[tone]} size={17} class="banner-icon" />
      <div class="banner-text">
        {title !== undefined && <p class="banner-title">{title}</p>}
        {children !== undefined && <div class="banner-body">{children}</div>}
      </div>
      {actions !== undefined && <div class="banner-actions">{actions}</div>}
      {onClose && <IconButton icon={X} label="Dismiss" size="sm" onClick={onClose} />}
    </div>
  );
}

/** An error of the API, with what to do about it. */
export function ErrorBanner({
  error,
  title,
  onRetry,
}: {
  error: { message: string; hint?: string | null; code?: string };
  title?: string;
  onRetry?: () => void;
}) {
  if (error.code === "NOT_LOADED") {
    // Why, is said above all pages.
    return (
      <Banner tone="info" title="No app is loaded yet.">
        <p>It appears here as soon as its build succeeds.</p>
      </Banner>
    );
  }
  return (
    <Banner
      tone="bad"
      title={title ?? error.message}
      actions={
        onRetry && (
          <button type="button" class="banner-retry" onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      {title !== undefined && <p>{error.message}</p>}
      {error.hint && <p>{error.hint}</p>}
    </Banner>
  );
}
