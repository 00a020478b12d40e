import type { EditorView } from "@codemirror/view";
import { useEffect, useMemo, useState } from "preact/hooks";
import CodeEditor from "../../components/JsonEditor/CodeEditor.tsx";
import { jsonExtensions } from "../../components/JsonEditor/json.ts";
import { type Declared, showVariables, variablesExtensions } from "./variables-extensions.ts";

export interface VariablesEditorProps {
  value: string;
  onChange: (value: string) => void;
  variables: Declared;
}

/** The editor of variables, as JSON. */
export function VariablesEditor({ value, onChange, variables }: VariablesEditorProps) {
  const [view, setView] = useState<EditorView | null>(null);
  const extensions = useMemo(() => [jsonExtensions(), variablesExtensions()], []);
  useEffect(() => {
    if (view !== null) {
      showVariables(view, variables);
    }
  }, [view, variables]);
  return (
    <CodeEditor
      class="api-editor"
      label="Variables"
      value={value}
      onChange={onChange}
      extensions={extensions}
      placeholder={'{ "name": "value" }'}
      onView={setView}
    />
  );
}
