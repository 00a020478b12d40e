import { Copy } from "./Copy.tsx";
import { classes } from "./class-names.ts";
import "./Code.css";

export interface CodeProps {
  code: string;
  /** What it is, for screen readers: "The call as curl". */
  label: string;
  /** Break long lines instead of scrolling. */
  wrap?: boolean;
  /** Show numbers of lines, from this one. */
  from?: number;
  /** The line to point out. */
  mark?: number;
  /** Without a button to copy. */
  plain?: boolean;
  /** In pixels; more than that scrolls. */
  maxHeight?: number;
  class?: string;
}

/** Text as it is, in the font of code. */
export function Code({
  code,
  label,
  wrap = false,
  from,
  mark,
  plain = false,
  maxHeight,
  class: className,
}: CodeProps) {
  return (
    <div class={classes("code", className)}>
      <pre
        class={classes("code-text", wrap && "code-wrap")}
        style={maxHeight === undefined ? undefined : { maxHeight: `${maxHeight}px` }}
        tabIndex={0}
        role="group"
        aria-label={label}
      >
        {from === undefined ? code : <Lines code={code} from={from} mark={mark} />}
      </pre>
      {!plain && <Copy text={code} label="Copy" class="code-copy" />}
    </div>
  );
}

function Lines({ code, from, mark }: { code: string; from: number; mark: number | undefined }) {
  const lines = code.split("\n");
  const width = String(from + lines.length - 1).length;
  return (
    <>
      {lines.map((line, index) => {
        const number = from + index;
        return (
          <span
            key={number}
            class={classes("code-line", number === mark && "code-line-marked")}
            aria-current={number === mark ? "location" : undefined}
          >
            <span class="code-number" aria-hidden="true">
              {String(number).padStart(width)}
            </span>
            {line === "" ? " " : line}
          </span>
        );
      })}
    </>
  );
}
