import "./stream-value.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { writeExactly } from "../../../api/exact-json.ts";
import { Button } from "../../../components/Button.tsx";
import { Copy } from "../../../components/Copy.tsx";
import { formatCount, formatDuration, plural } from "../../../components/format.ts";
import { JsonView } from "../../../components/JsonView.tsx";
import type { Elements } from "../elements.ts";
import { Segments } from "../form/Segments.tsx";
import { type TextLook, TextValue } from "./TextValue.tsx";

/** How many elements are shown at first. */
const STEP = 200;

interface StreamValueProps {
  elements: Elements;
  running: boolean;
}

/** Elements of a stream as they come; texts are joined, as a model writes them. */
export function StreamValue({ elements, running }: StreamValueProps) {
  const [view, setView] = useState<"text" | "elements">("text");
  const [look, setLook] = useState<TextLook>("text");
  const isText = elements.text !== null && elements.count > 0;
  if (elements.count === 0) {
    return (
      <p class="stream-none">{running ? "Waiting for the first element" : "No elements came."}</p>
    );
  }
  return (
    <div class="stream-value">
      <div class="stream-head">
        <span class="stream-count">
          {plural(elements.count, "element")}
          {`, the first after ${formatDuration(elements.firstMs)}`}
        </span>
        {isText && (
          <Segments
            small
            label="Elements"
            segments={[
              { id: "text", label: "Joined" },
              { id: "elements", label: "One by one" },
            ]}
            selected={view}
            onSelect={setView}
          />
        )}
        <Copy
          text={() => elements.text ?? writeExactly(elements.kept.map((each) => each.value))}
          label={isText ? "Copy text" : "Copy elements"}
        />
      </div>
      {isText && view === "text" ? (
        <Followed growing={running} count={elements.count}>
          {elements.textLost > 0 && (
            <p class="stream-none">
              {formatCount(elements.textLost)} characters before are not kept.
            </p>
          )}
          <TextValue text={elements.text ?? ""} look={look} onLook={setLook} growing />
        </Followed>
      ) : (
        <ElementList elements={elements} running={running} />
      )}
    </div>
  );
}

function ElementList({ elements, running }: StreamValueProps) {
  const [most, setMost] = useState(STEP);
  const shown = elements.kept.slice(-most);
  const first = elements.count - shown.length;
  const before = elements.kept.length - shown.length;
  return (
    <Followed growing={running} count={elements.count}>
      {before > 0 && (
        <Button size="sm" variant="ghost" onClick={() => setMost(most + 5 * STEP)}>
          Show earlier ones: {formatCount(before)}
        </Button>
      )}
      <ol class="stream-elements" aria-label="Elements">
        {shown.map(({ value, atMs }, index) => (
          <li key={first + index} class="stream-element">
            <span class="stream-number">{first + index + 1}</span>
            <span class="stream-at">{formatDuration(atMs)}</span>
            <JsonView
              value={value}
              label={`Element ${first + index + 1}`}
              depth={1}
              tools={false}
            />
          </li>
        ))}
      </ol>
    </Followed>
  );
}

/** Keeps what comes last in sight, unless one has scrolled away from it. */
function Followed({
  growing,
  count,
  children,
}: {
  growing: boolean;
  count: number;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (growing && follows.current && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [growing, count]);
  return (
    <div
      ref={box}
      class="stream-followed"
      tabIndex={0}
      role="region"
      aria-label="What came"
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        follows.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      {children}
    </div>
  );
}
