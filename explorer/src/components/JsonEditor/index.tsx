import type { ComponentType } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { TextArea } from "../TextArea.tsx";
import type { JsonEditorProps } from "./JsonEditor.tsx";
import "./JsonEditor.css";

export type { JsonEditorProps } from "./JsonEditor.tsx";

/**
 * An editor of JSON: colours, and marks at mistakes. `value` is the text, which may be no JSON for a
 * while; the size is that of the text, within bounds (`--json-editor-height` sets another). Ctrl+Enter is
 * left to whoever is around it.
 *
 * The editor proper is fetched when the first one is shown; until then it is a plain field.
 */
export function JsonEditor(props: JsonEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const Editor = useEditor(box);
  const message = useId();
  return (
    <div class="json-editor">
      <div ref={box} class={`json-editor-box${props.error ? " json-editor-invalid" : ""}`}>
        {Editor === null ? (
          <TextArea
            mono
            aria-label={props.label}
            value={props.value}
            onValue={(value) => props.onChange?.(value)}
            placeholder={props.placeholder}
            readOnly={props.readOnly}
          />
        ) : (
          <Editor {...props} />
        )}
      </div>
      {props.error ? (
        <p class="json-editor-error" id={message} role="alert">
          {props.error}
        </p>
      ) : null}
    </div>
  );
}

let loaded: ComponentType<JsonEditorProps> | null = null;

/** The editor when it is there. It takes over the focus of the plain field. */
function useEditor(box: { current: HTMLDivElement | null }): ComponentType<JsonEditorProps> | null {
  const [, setReady] = useState(loaded !== null);
  const focused = useRef(false);
  useEffect(() => {
    if (loaded !== null) {
      return;
    }
    let gone = false;
    import("./JsonEditor.tsx").then(
      (module) => {
        loaded = module.default;
        if (gone) {
          return;
        }
        focused.current = box.current?.contains(document.activeElement) ?? false;
        setReady(true);
      },
      () => {
        // The plain field does as well.
      },
    );
    return () => {
      gone = true;
    };
  }, []);
  useEffect(() => {
    if (!focused.current || loaded === null) {
      return;
    }
    focused.current = false;
    box.current?.querySelector<HTMLElement>("[data-editor]")?.focus();
  });
  return loaded;
}
