import type { Manifest, SecretInfo } from "../../api/types.ts";
import { plural } from "../../components/format.ts";

/** What of a manifest keeps an app from working: shown at the top, each leading to its section. */
export interface Attention {
  section: SectionId;
  text: string;
}

export type SectionId =
  | "warnings"
  | "endpoints"
  | "connections"
  | "models"
  | "secrets"
  | "collections"
  | "limits";

export function attention(manifest: Manifest): Attention[] {
  const missing = manifest.secrets.filter((secret) => !secret.set).length;
  const absent = manifest.models.filter((model) => model.installed === false).length;
  const warnings = manifest.warnings.length;
  const found: (Attention | null)[] = [
    warnings > 0 ? { section: "warnings", text: plural(warnings, "warning") } : null,
    missing > 0 ? { section: "secrets", text: `${plural(missing, "secret")} missing` } : null,
    absent > 0 ? { section: "models", text: `${plural(absent, "model")} not installed` } : null,
  ];
  return found.filter((each) => each !== null);
}

/** Those that are missing first, then by name. */
export function bySetting(secrets: readonly SecretInfo[]): SecretInfo[] {
  return [...secrets].sort(
    (a, b) => Number(a.set) - Number(b.set) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** The line that one writes into `.env`, but for the value. */
export function envLine(secret: SecretInfo): string {
  return `${secret.name}=`;
}

/** What a hint says to do: a command to run, or words for people. */
export function remedyOf(hint: string): { command: string } | { words: string } {
  const command = /^run: (.+)$/.exec(hint)?.[1];
  return command === undefined ? { words: sentence(hint) } : { command };
}

/** Messages and hints begin with a small letter where they follow a colon, as on the command line. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
