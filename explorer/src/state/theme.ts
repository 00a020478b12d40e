import { computed, effect, signal } from "@preact/signals";
import { persisted } from "./persist.ts";

export type ThemeChoice = "system" | "light" | "dark";

/** What the user chose; public/theme.js reads it before the first paint. */
export const themeChoice = persisted<ThemeChoice>("theme", "system", {
  valid: (found) => found === "system" || found === "light" || found === "dark",
});

const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const systemIsDark = signal(dark?.matches ?? false);

/** The theme that shows. */
export const theme = computed<"light" | "dark">(() => {
  if (themeChoice.value === "system") {
    return systemIsDark.value ? "dark" : "light";
  }
  return themeChoice.value;
});

/** Follow the system and the choice. Called once, by main.tsx. */
export function startTheme(): void {
  dark?.addEventListener("change", (event) => {
    systemIsDark.value = event.matches;
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
