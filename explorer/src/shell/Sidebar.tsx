import {
  Activity,
  Braces,
  FileSliders,
  type IconNode,
  Keyboard,
  LibraryBig,
  MessagesSquare,
  SquareFunction,
} from "lucide";
import { session } from "../api/session.ts";
import { Icon } from "../components/Icon.tsx";
import { IconButton } from "../components/IconButton.tsx";
import { Wordmark } from "../components/Wordmark.tsx";
import { href, PAGES, type PageName, route } from "../routes.ts";
import { showShortcuts } from "./Shortcuts.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import "./Sidebar.css";

const ICONS: Record<PageName, IconNode> = {
  functions: SquareFunction,
  graphql: Braces,
  calls: Activity,
  models: MessagesSquare,
  collections: LibraryBig,
  manifest: FileSliders,
};

/** The pages. In narrow windows it is a bar at the bottom. */
export function Sidebar() {
  const now = route.value.page;
  return (
    <nav class="sidebar" aria-label="Pages">
      <a class="sidebar-home" href={href("functions")} aria-label="Atoll Explorer, functions">
        <Wordmark />
      </a>
      <div class="sidebar-nav">
        {PAGES.map(({ name, title, key }) => (
          <a
            key={name}
            class="sidebar-link"
            href={href(name)}
            aria-current={name === now ? "page" : undefined}
            title={`${title} (g ${key})`}
          >
            <Icon icon={ICONS[name]} size={17} />
            <span class="sidebar-title">{title}</span>
          </a>
        ))}
      </div>
      <div class="sidebar-foot">
        <ThemeSwitch />
        <IconButton
          icon={Keyboard}
          label="Keyboard shortcuts"
          size="sm"
          tip="top"
          onClick={showShortcuts}
        />
        {session.value && <span class="sidebar-version">{session.value.version}</span>}
      </div>
    </nav>
  );
}
