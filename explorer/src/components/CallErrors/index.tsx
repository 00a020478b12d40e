import { ChevronRight, CircleAlert, Lightbulb } from "lucide";
import { useState } from "preact/hooks";
import type { CallError, Frame } from "../../api/types.ts";
import { Code } from "../Code.tsx";
import { Icon } from "../Icon.tsx";
import { SourceLines } from "../SourceLines/index.tsx";
import { type FrameGroup, groupFrames, placeOf } from "./frames.ts";
import "./CallErrors.css";

export interface CallErrorsProps {
  errors: readonly CallError[];
  /** Whether source files can be read: `State.features.source`. */
  source: boolean;
}

/** The errors of a call: what happened, what to do, and where in the app's own source it was. */
export function CallErrors({ errors, source }: CallErrorsProps) {
  return (
    <ul class="call-errors" aria-label="Errors">
      {errors.map((error, index) => (
        <li key={index} class="call-error">
          <CallErrorView error={error} source={source} />
        </li>
      ))}
    </ul>
  );
}

function CallErrorView({ error, source }: { error: CallError; source: boolean }) {
  const groups = groupFrames(error.frames);
  const own = groups.find((group) => group.own);
  // Until the user chooses: whether there are sources may be known later than the error is.
  const [chosen, setOpen] = useState<Frame | null | undefined>(undefined);
  const innermost = own?.own && source ? own.frame : null;
  const open = chosen === undefined ? innermost : chosen;
  return (
    <>
      <div class="call-error-head">
        <Icon icon={CircleAlert} />
        <p class="call-error-message">{error.message}</p>
        <code class="call-error-code">{error.code}</code>
      </div>
      {error.hint !== null && (
        <p class="call-error-hint">
          <Icon icon={Lightbulb} size={14} />
          {error.hint}
        </p>
      )}
      {groups.length > 0 && (
        <ol class="call-error-frames" aria-label="Where it happened, innermost first">
          {groups.map((group, index) => (
            <FrameGroupView
              key={index}
              group={group}
              open={open}
              onOpen={source ? setOpen : null}
            />
          ))}
        </ol>
      )}
      {error.detail !== null && <Detail text={error.detail} />}
    </>
  );
}

interface FrameGroupProps {
  group: FrameGroup;
  /** The frame whose source is shown. */
  open: Frame | null;
  /** Null where no source can be shown. */
  onOpen: ((frame: Frame | null) => void) | null;
}

function FrameGroupView({ group, open, onOpen }: FrameGroupProps) {
  if (group.own) {
    return <OwnFrame frame={group.frame} open={open === group.frame} onOpen={onOpen} />;
  }
  return <OtherFrames frames={group.frames} />;
}

interface OwnFrameProps {
  frame: Frame;
  open: boolean;
  onOpen: FrameGroupProps["onOpen"];
}

function OwnFrame({ frame, open, onOpen }: OwnFrameProps) {
  const title = (
    <>
      <span class="call-frame-function">{frame.function ?? "top level"}</span>
      <span class="call-frame-place">{placeOf(frame)}</span>
    </>
  );
  if (onOpen === null) {
    return <li class="call-frame is-own">{title}</li>;
  }
  return (
    <li class="call-frame is-own">
      <button
        type="button"
        class="call-frame-toggle"
        aria-expanded={open}
        onClick={() => onOpen(open ? null : frame)}
      >
        <Icon icon={ChevronRight} size={14} />
        {title}
      </button>
      {open && <SourceLines file={frame.file} line={frame.line} column={frame.column} />}
    </li>
  );
}

function OtherFrames({ frames }: { frames: readonly Frame[] }) {
  const count = frames.length === 1 ? "1 frame" : `${frames.length} frames`;
  return (
    <li class="call-frame">
      <details class="call-frame-others">
        <summary>{count} of libraries</summary>
        <ol class="call-frame-list">
          {frames.map((frame, index) => (
            <li key={index} class="call-frame-other">
              <span class="call-frame-function">{frame.function ?? "top level"}</span>
              <span class="call-frame-place">{placeOf(frame)}</span>
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

function Detail({ text }: { text: string }) {
  return (
    <details class="call-error-detail">
      <summary>As the log has it</summary>
      <Code code={text} label="The error in full" wrap maxHeight={320} />
    </details>
  );
}
