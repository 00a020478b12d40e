import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { queryString } from "./query-string.ts";

export type PageName = "functions" | "graphql" | "calls" | "models" | "collections" | "manifest";

export const BASE = "/explorer";

/** What pages are given; they may as well read `route`. */
export interface PageProps {
  /** Of the path, what follows the page's name, decoded: `query.person`. Empty if nothing does. */
  rest: string;
  query: URLSearchParams;
}

export interface PageInfo {
  name: PageName;
  title: string;
  /** Of the shortcut `g` + key. */
  key: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
}

/** In the order of the sidebar. */
export const PAGES: readonly PageInfo[] = [
  {
    name: "functions",
    title: "Functions",
    key: "f",
    load: () => import("./pages/functions/index.tsx"),
  },
  // Not "api": that is where the server's own API is.
  { name: "graphql", title: "API", key: "a", load: () => import("./pages/api/index.tsx") },
  { name: "calls", title: "Calls", key: "c", load: () => import("./pages/calls/index.tsx") },
  { name: "models", title: "Models", key: "m", load: () => import("./pages/models/index.tsx") },
  {
    name: "collections",
    title: "Collections",
    key: "o",
    load: () => import("./pages/collections/index.tsx"),
  },
  {
    name: "manifest",
    title: "Manifest",
    key: "n",
    load: () => import("./pages/manifest/index.tsx"),
  },
];

export interface Route extends PageProps {
  page: PageName;
}

/** Where a path leads; what is not known leads to the functions. */
export function parseRoute(path: string, search: string): Route {
  const parts = path.replace(/^\/explorer\/?/, "").split("/");
  const name = parts[0] ?? "";
  const page = PAGES.find((one) => one.name === name)?.name;
  return {
    page: page ?? "functions",
    rest: page === undefined ? "" : parts.slice(1).map(decoded).join("/").replace(/\/+$/, ""),
    query: new URLSearchParams(search),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The path of a page: `href("calls", id, { status: "failed" })`. Null and empty values are left out. */
export function href(
  page: PageName,
  rest = "",
  query: Record<string, string | null | undefined> = {},
): string {
  const tail = rest === "" ? "" : `/${rest.split("/").map(encodeURIComponent).join("/")}`;
  return `${BASE}/${page}${tail}${queryString(query)}`;
}

const address = signal(
  typeof location === "undefined"
    ? { path: BASE, search: "" }
    : { path: location.pathname, search: location.search },
);

/** Where the page is. */
export const route = computed<Route>(() => parseRoute(address.value.path, address.value.search));

/** Go to `to`, a path of this page. With `replace` the place before is not in the history. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const url = new URL(to, location.href);
  if (url.href === location.href) {
    return;
  }
  history[options.replace ? "replaceState" : "pushState"](null, "", url);
  address.value = { path: url.pathname, search: url.search };
}

/** Change the query of the page: null and "" take a name away. */
export function setQuery(
  changes: Record<string, string | null>,
  options: { replace?: boolean } = { replace: true },
): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") {
      query.delete(name);
    } else {
      query.set(name, value);
    }
  }
  navigate(location.pathname + queryString(query.entries()), options);
}

/** Whether a click on a link should be the browser's: another tab, another site, a download. */
function isBrowsers(event: MouseEvent, link: HTMLAnchorElement): boolean {
  return (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey ||
    (link.target !== "" && link.target !== "_self") ||
    link.hasAttribute("download") ||
    link.origin !== location.origin ||
    !/^\/explorer(\/|$)/.test(link.pathname) ||
    link.pathname.startsWith(`${BASE}/api/`) ||
    (link.hash !== "" && link.pathname === location.pathname && link.search === location.search)
  );
}

/** Follow the history, and plain links to places in this page. Called once, by main.tsx. */
export function startRouting(): void {
  addEventListener("popstate", () => {
    address.value = { path: location.pathname, search: location.search };
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (link instanceof HTMLAnchorElement && !isBrowsers(event, link)) {
      event.preventDefault();
      navigate(link.pathname + link.search);
    }
  });
}
