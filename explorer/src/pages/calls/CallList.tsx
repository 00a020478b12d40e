import { ArrowUp } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { forgottenCalls, hasAllCalls, loadOlder } from "../../api/calls.ts";
import type { CallSummary } from "../../api/types.ts";
import { formatCount, formatDuration, plural } from "../../components/format.ts";
import { Icon } from "../../components/Icon.tsx";
import { VirtualList } from "../../components/VirtualList.tsx";
import { CallRow } from "./CallRow.tsx";
import { useListKeys } from "./use-list-keys.ts";
import "./CallList.css";

interface CallListProps {
  calls: readonly CallSummary[];
  /** The ID of the call whose detail is shown; empty for none. */
  opened: string;
  /** How many calls are there that the list does not show yet. */
  unseen: number;
  onOpen: (id: string) => void;
  onClose: () => void;
  /** Whether the list is away from its top, where new calls come in. */
  onScrolled: (scrolled: boolean) => void;
  onCatchUp: () => void;
}

const ROW_PX = 36;

/** The calls, newest first. What one reads stays where it is: new calls wait behind a button. */
export function CallList(props: CallListProps) {
  const { calls, opened, unseen, onOpen, onClose, onScrolled } = props;
  const [active, setActive] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useListKeys(list, opened === "" ? null : onClose);
  useEffect(() => {
    if (opened !== "") {
      setActive(opened);
    }
  }, [opened]);
  useEffect(() => () => onScrolled(false), []);

  const select = (id: string) => {
    setActive(id);
    if (opened !== "") {
      onOpen(id);
    }
  };
  const toTop = () => {
    box.current?.querySelector(".virtual-list")?.scrollTo({ top: 0 });
    props.onCatchUp();
    onScrolled(false);
  };
  return (
    <div
      class="call-list"
      ref={box}
      onScrollCapture={(event) => onScrolled((event.target as Element).scrollTop >= ROW_PX)}
    >
      {unseen > 0 && (
        <button type="button" class="call-list-news" onClick={toTop}>
          <Icon icon={ArrowUp} size={14} />
          {plural(unseen, "new call")}
        </button>
      )}
      <VirtualList
        label="Calls"
        items={calls}
        rowHeight={ROW_PX}
        keyOf={idOf}
        nameOf={nameOf}
        selected={active}
        onSelect={select}
        onOpen={onOpen}
        onEnd={() => void loadOlder().catch(() => {})}
        listRef={list}
        render={(call) => <CallRow call={call} onOpen={onOpen} />}
        header={<Head />}
        footer={hasAllCalls.value && forgottenCalls.value > 0 ? <Forgotten /> : undefined}
      />
    </div>
  );
}

function idOf(call: CallSummary): string {
  return call.id;
}

const STATUS_WORDS = {
  running: "running",
  ok: "went well",
  failed: "failed",
  cancelled: "cancelled",
};

/** What a screen reader says of a row. */
function nameOf(call: CallSummary): string {
  const words = [call.function, STATUS_WORDS[call.status]];
  if (call.ms !== null) {
    words.push(formatDuration(call.ms));
  }
  if (call.error !== null) {
    words.push(call.error.message);
  }
  return words.join(", ");
}

function Head() {
  return (
    <div class="call-row call-list-head" aria-hidden="true">
      <span />
      <span>Function</span>
      <span class="call-row-counts" />
      <span class="call-row-duration">Duration</span>
      <span class="call-row-at">Started</span>
    </div>
  );
}

function Forgotten() {
  return (
    <p class="call-list-forgotten">
      {formatCount(forgottenCalls.value)} older calls are forgotten: only the newest are kept.
    </p>
  );
}
