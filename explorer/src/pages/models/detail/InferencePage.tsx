import { ArrowLeft, ChevronDown, ChevronUp, MessagesSquare } from "lucide";
import { useResource } from "../../../api/resource.ts";
import type { Inference, InferenceSummary } from "../../../api/types.ts";
import { ErrorBanner } from "../../../components/Banner.tsx";
import { Button } from "../../../components/Button.tsx";
import { Empty } from "../../../components/Empty.tsx";
import {
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
} from "../../../components/format.ts";
import { Icon } from "../../../components/Icon.tsx";
import { IconButton } from "../../../components/IconButton.tsx";
import { Skeleton } from "../../../components/Skeleton.tsx";
import { Status } from "../../../components/Status.tsx";
import { Switch } from "../../../components/Switch.tsx";
import { Tabs } from "../../../components/Tabs.tsx";
import { href, navigate, setQuery } from "../../../routes.ts";
import { persisted } from "../../../state/persist.ts";
import { isReplay } from "../asker.ts";
import { lastList } from "../last-list.ts";
import { keptRows } from "../list/use-history.ts";
import { ReplayPanel } from "../replay/ReplayPanel.tsx";
import { runsOf } from "../replay/runs.ts";
import { Exchange } from "./Exchange.tsx";
import { Facts } from "./Facts.tsx";
import { RawPanel } from "./RawPanel.tsx";
import "./InferencePage.css";

const TABS = ["conversation", "replay", "json"] as const;
type TabName = (typeof TABS)[number];

const plain = persisted("models.plain", false);

/** One invocation of a model. */
export function InferencePage({ id, query }: { id: string; query: URLSearchParams }) {
  const { data, error, reload } = useResource<Inference>(`inferences/${encodeURIComponent(id)}`);
  return (
    <div class="page inference">
      <nav class="inference-nav" aria-label="Invocations">
        <a class="inference-back" href={lastList.value}>
          <Icon icon={ArrowLeft} size={15} />
          Models
        </a>
        <Neighbours id={id} tab={query.get("tab")} />
      </nav>
      {error && !data && <h1 class="only-read">Models</h1>}
      {error && !data && error.status === 404 && (
        <Empty
          icon={MessagesSquare}
          title="This invocation is not in the history"
          action={<Button href={href("models")}>All invocations</Button>}
        >
          It may have been deleted since: the history keeps what is newer than 30 days, unless{" "}
          <code>modus.json</code> says otherwise.
        </Empty>
      )}
      {error && !data && error.status !== 404 && <ErrorBanner error={error} onRetry={reload} />}
      {!data && !error && <Skeleton lines={9} />}
      {data && <Loaded inference={data} query={query} />}
    </div>
  );
}

/** To the ones before and after it in the list. */
function Neighbours({ id, tab }: { id: string; tab: string | null }) {
  const rows = keptRows();
  const at = rows.findIndex((row) => row.id === id);
  if (at < 0) {
    return null;
  }
  const go = (row: InferenceSummary | undefined) => {
    if (row) {
      navigate(href("models", row.id, { tab }), { replace: true });
    }
  };
  const [newer, older] = [rows[at - 1], rows[at + 1]];
  return (
    <span class="inference-neighbours">
      <IconButton
        icon={ChevronUp}
        label="Newer"
        size="sm"
        disabled={!newer}
        onClick={() => go(newer)}
      />
      <IconButton
        icon={ChevronDown}
        label="Older"
        size="sm"
        disabled={!older}
        onClick={() => go(older)}
      />
    </span>
  );
}

function Loaded({ inference, query }: { inference: Inference; query: URLSearchParams }) {
  const asked = query.get("tab") as TabName | null;
  const tab = asked && TABS.includes(asked) ? asked : "conversation";
  const replays = runsOf(inference.id).value.length;
  return (
    <>
      <header class="inference-head">
        <h1 tabIndex={-1} class="inference-title">
          {inference.model}
        </h1>
        <Status status={inference.status} />
        <p class="inference-lead">
          <Asker inference={inference} />
          {", "}
          <time dateTime={new Date(inference.startedAt).toISOString()}>
            {formatDateTime(inference.startedAt)}
          </time>
        </p>
        <p class="inference-short">{inShort(inference)}</p>
      </header>
      <Tabs
        label="Views of the invocation"
        selected={tab}
        onSelect={(name) => setQuery({ tab: name === "conversation" ? null : name })}
        tabs={[
          { id: "conversation", label: "Conversation" },
          { id: "replay", label: "Replay", ...(replays > 0 ? { count: replays } : {}) },
          { id: "json", label: "JSON" },
        ]}
        aside={
          tab === "conversation" && (
            <Switch
              checked={plain.value}
              onChange={(checked) => (plain.value = checked)}
              label="Plain text"
            />
          )
        }
      >
        {tab === "conversation" && (
          <div class="inference-columns">
            <Exchange inference={inference} plain={plain.value} />
            <Facts inference={inference} />
          </div>
        )}
        {tab === "replay" && <ReplayPanel inference={inference} />}
        {tab === "json" && <RawPanel inference={inference} />}
      </Tabs>
    </>
  );
}

function Asker({ inference }: { inference: Inference }) {
  if (isReplay(inference)) {
    return <>Asked from this page</>;
  }
  if (inference.function === null) {
    return <>Asked by Atoll itself</>;
  }
  return (
    <>
      Asked by <code>{inference.function}</code>
    </>
  );
}

/** The numbers of which narrow windows show the list further down. */
function inShort({ ms, inputTokens, outputTokens, cost, currency }: Inference): string {
  return [
    formatDuration(ms),
    inputTokens !== null && `${formatCount(inputTokens)} tokens in`,
    outputTokens !== null && `${formatCount(outputTokens)} out`,
    cost !== null && formatCost(cost, currency),
  ]
    .filter(Boolean)
    .join(", ");
}
