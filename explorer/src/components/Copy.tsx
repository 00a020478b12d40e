import { Check, Copy as CopyIcon } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button.tsx";
import { IconButton } from "./IconButton.tsx";

export interface CopyProps {
  /** What is copied; a function is asked when it is. */
  text: string | (() => string);
  /** What it copies, for screen readers and the tooltip: "Copy result". */
  label?: string;
  /** Show the label beside the icon. */
  withText?: boolean;
  size?: "sm" | "md";
  class?: string;
}

/** Put text on the clipboard; falls back to a selection where the page has no right to it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages over plain http, but from localhost, have no clipboard.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "only-read";
    const top = document.querySelector("dialog:modal") ?? document.body;
    const before = document.activeElement;
    top.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) {
      before.focus({ preventScroll: true });
    }
    return done;
  }
}

export function Copy({
  text,
  label = "Copy",
  withText = false,
  size = "sm",
  class: className,
}: CopyProps) {
  const [said, setSaid] = useState<"copied" | "failed" | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async () => {
    const done = await copyText(typeof text === "function" ? text() : text);
    setSaid(done ? "copied" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(null), 1600);
  };
  const words = said === "copied" ? "Copied" : said === "failed" ? "Could not copy" : label;
  const icon = said === "copied" ? Check : CopyIcon;
  return (
    <>
      {withText ? (
        <Button variant="ghost" size={size} icon={icon} class={className} onClick={copy}>
          {words}
        </Button>
      ) : (
        <IconButton icon={icon} label={words} size={size} class={className} onClick={copy} />
      )}
      <span class="only-read" role="status">
        {said === null ? "" : words}
      </span>
    </>
  );
}
