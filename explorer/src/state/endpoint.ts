import { computed, type Signal } from "@preact/signals";
import { state } from "../api/events.ts";
import type { Endpoint } from "../api/types.ts";
import { persisted } from "./persist.ts";

const chosen = persisted<string | null>("endpoint", null, {
  valid: (found) => typeof found === "string",
});

export const endpoints = computed<Endpoint[]>(() => state.value?.endpoints ?? []);

/** The endpoint that functions and queries are sent to: the first until another is chosen. */
export const endpoint = computed<Endpoint | null>(
  () => endpoints.value.find((one) => one.name === chosen.value) ?? endpoints.value[0] ?? null,
);

export function chooseEndpoint(name: string): void {
  chosen.value = name;
}

/** The auth token for an endpoint, kept as long as the tab is open. */
export function endpointToken(name: string): Signal<string> {
  return persisted(`endpoint-token.${name}`, "", { storage: "session" });
}

/** What the chosen endpoint wants beside the query. */
export function endpointHeaders(of: Endpoint): Record<string, string> {
  const token = of.auth === "bearer-token" ? endpointToken(of.name).value.trim() : "";
  return token === "" ? {} : { authorization: `Bearer ${token.replace(/^bearer\s+/i, "")}` };
}

/** Where an endpoint is, with the origin of this page. */
export function endpointUrl(of: Endpoint): string {
  return new URL(of.path, location.origin).href;
}
