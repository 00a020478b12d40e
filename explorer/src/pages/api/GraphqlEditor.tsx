import type { EditorView } from "@codemirror/view";
import { updateSchema } from "cm6-graphql";
import type { GraphQLSchema } from "graphql";
import { useEffect, useMemo, useState } from "preact/hooks";
import CodeEditor from "../../components/JsonEditor/CodeEditor.tsx";
import type { Place } from "./docs-navigation.ts";
import { graphqlExtensions, showErrors } from "./graphql-extensions.ts";
import type { ErrorMark } from "./response-errors.ts";

export interface GraphqlEditorProps {
  value: string;
  onChange: (value: string) => void;
  schema: GraphQLSchema | null;
  /** What the server found wrong with the text. */
  errors: readonly ErrorMark[];
  onCursor: (offset: number) => void;
  onDocs: (place: Place) => void;
  onView: (view: EditorView | null) => void;
}

/** The editor of a document of GraphQL. */
export function GraphqlEditor(props: GraphqlEditorProps) {
  const [view, setView] = useState<EditorView | null>(null);
  const { onCursor, onDocs } = props;
  const extensions = useMemo(() => graphqlExtensions({ onCursor, onDocs }), []);

  useEffect(() => {
    if (view !== null) {
      updateSchema(view, props.schema ?? undefined);
    }
  }, [view, props.schema]);

  useEffect(() => {
    if (view !== null) {
      showErrors(view, props.errors);
    }
  }, [view, props.errors]);

  return (
    <CodeEditor
      class="api-editor"
      label="GraphQL"
      value={props.value}
      onChange={props.onChange}
      extensions={extensions}
      placeholder="Type { and press Ctrl+Space to see what the app can do."
      gutter
      onView={(made) => {
        setView(made);
        props.onView(made);
      }}
    />
  );
}
