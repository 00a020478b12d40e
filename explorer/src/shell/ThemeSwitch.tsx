import { Monitor, Moon, Sun } from "lucide";
import { IconButton } from "../components/IconButton.tsx";
import { type ThemeChoice, themeChoice } from "../state/theme.ts";

const ORDER: ThemeChoice[] = ["system", "light", "dark"];
const ICONS = { system: Monitor, light: Sun, dark: Moon };
const WORDS = { system: "as the system", light: "light", dark: "dark" };

/** Goes through system, light and dark. */
export function ThemeSwitch() {
  const now = themeChoice.value;
  const next = ORDER[(ORDER.indexOf(now) + 1) % ORDER.length] as ThemeChoice;
  return (
    <IconButton
      icon={ICONS[now]}
      label={`Theme: ${WORDS[now]}`}
      size="sm"
      tip="top"
      class="theme-switch"
      onClick={() => {
        themeChoice.value = next;
      }}
    />
  );
}
