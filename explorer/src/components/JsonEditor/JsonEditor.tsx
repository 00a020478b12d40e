import { useMemo } from "preact/hooks";
import CodeEditor from "./CodeEditor.tsx";
import { jsonExtensions } from "./json.ts";

export interface JsonEditorProps {
  /** What a screen reader calls it. */
  label: string;
  /** JSON, or what is to become JSON. */
  value: string;
  onChange?: (value: string) => void;
  /** What is wrong with the value, other than that it is no JSON. */
  error?: string | null;
  placeholder?: string;
  readOnly?: boolean;
}

export default function JsonEditor(props: JsonEditorProps) {
  const extensions = useMemo(jsonExtensions, []);
  return (
    <CodeEditor
      label={props.label}
      value={props.value}
      onChange={props.onChange}
      extensions={extensions}
      placeholder={props.placeholder}
      readOnly={props.readOnly}
      wrap
      invalid={Boolean(props.error)}
    />
  );
}
