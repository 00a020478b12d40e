import "./field-tree.css";
import { ChevronRight } from "lucide";
import { useState } from "preact/hooks";
import { Icon } from "../../components/Icon.tsx";
import { type Choices, choose, type FieldNode, fieldsAt } from "./selection.ts";
import type { Types } from "./values.ts";

interface FieldTreeProps {
  result: string;
  types: Types;
  choices: Choices;
  onChange: (choices: Choices) => void;
}

/** Which fields of a result are asked for. */
export function FieldTree(props: FieldTreeProps) {
  return (
    <div class="field-tree">
      <Level {...props} path="" />
    </div>
  );
}

function Level({ path, ...props }: FieldTreeProps & { path: string }) {
  return (
    <ul class="field-tree-level">
      {fieldsAt(props.result, path, props.types, props.choices).map((node) => (
        <FieldRow key={node.path} node={node} {...props} />
      ))}
    </ul>
  );
}

function FieldRow({ node, ...props }: FieldTreeProps & { node: FieldNode }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <div class="field-tree-row">
        {node.composite ? (
          <button
            type="button"
            class="field-tree-toggle"
            aria-expanded={open}
            aria-label={`Fields of ${node.path}`}
            onClick={() => setOpen(!open)}
          >
            <Icon icon={ChevronRight} size={14} />
          </button>
        ) : (
          <span class="field-tree-toggle" />
        )}
        <label class="field-tree-label" title={node.description ?? undefined}>
          <input
            type="checkbox"
            checked={node.on}
            onChange={(event) =>
              props.onChange(choose(props.choices, node.path, event.currentTarget.checked))
            }
          />
          <code>{node.name}</code>
          <code class="field-tree-type">{node.type}</code>
        </label>
      </div>
      {open && <Level {...props} path={node.path} />}
    </li>
  );
}
