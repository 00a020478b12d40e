import { CircleCheck, CircleX, LoaderCircle } from "lucide";
import { connection, state } from "../api/events.ts";
import { session, signIn } from "../api/session.ts";
import type { Build, State } from "../api/types.ts";
import { Badge } from "../components/Badge.tsx";
import { formatDuration, formatTime } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { Mark } from "../components/Wordmark.tsx";
import { EndpointMenu } from "./EndpointMenu.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import "./TopBar.css";

const LANGUAGES: Record<State["language"], string> = {
  python: "Python",
  assemblyscript: "AssemblyScript",
  go: "Go",
};

/** Which app this is, how it is, and where requests go. */
export function TopBar() {
  const now = state.value;
  const name = now?.app ?? session.value?.app ?? "";
  return (
    <header class="top-bar">
      <span class="top-bar-mark">
        <Mark size={22} />
      </span>
      <span class="top-bar-app" title={now?.folder ?? undefined}>
        {name}
      </span>
      {now && <Badge class="top-bar-language">{LANGUAGES[now.language]}</Badge>}
      {now && connection.value !== "gone" && <BuildState build={now.build} />}
      <span class="top-bar-space" />
      <Live />
      <EndpointMenu />
      <span class="top-bar-theme">
        <ThemeSwitch />
      </span>
    </header>
  );
}

function BuildState({ build }: { build: Build }) {
  if (build.state === "building") {
    return (
      <span class="top-bar-build" role="status">
        <Icon icon={LoaderCircle} size={14} class="top-bar-spinner" />
        <span class="top-bar-words">Building</span>
      </span>
    );
  }
  if (build.state === "failed") {
    return (
      <span class="top-bar-build top-bar-build-failed" role="status">
        <Icon icon={CircleX} size={14} />
        <span class="top-bar-words">Build failed</span>
      </span>
    );
  }
  const words = build.ms === null ? "Loaded" : `Built in ${formatDuration(build.ms)}`;
  return (
    <span class="top-bar-build" role="status" title={`${words} at ${formatTime(build.at)}`}>
      <Icon icon={CircleCheck} size={14} class="top-bar-good" />
      <span class="top-bar-words">{words}</span>
    </span>
  );
}

const STATES = {
  connecting: { words: "Connecting", title: "Connecting to the server" },
  open: { words: "Live", title: "Calls and builds show as they happen" },
  gone: { words: "Server gone", title: "The server does not answer" },
  waiting: { words: "Signed out", title: "The server waits for your token" },
};

function Live() {
  const now = signIn.value === null ? connection.value : "waiting";
  const { words, title } = STATES[now];
  return (
    <span class={`live live-${now}`} role="status" title={title}>
      <span class="live-dot" aria-hidden="true" />
      <span class="live-words">{words}</span>
    </span>
  );
}
