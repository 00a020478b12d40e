import { Plus, Trash2 } from "lucide";
import type { InputField } from "../../../api/types.ts";
import { Button } from "../../../components/Button.tsx";
import { IconButton } from "../../../components/IconButton.tsx";
import { printType, type TypeRef } from "../typeref.ts";
import { type Draft, join, shapeOf, startingValue } from "../values.ts";
import { useForm } from "./context.ts";
import { ValueField, type ValueProps } from "./ValueField.tsx";

/** The items of a list, one below the other. */
export function ListEditor({
  field: { name },
  draft,
  path,
  onChange,
  item,
}: ValueProps & { item: TypeRef }) {
  const { types } = useForm();
  const items = draft.items ?? [];
  const set = (changed: Draft[]) => onChange({ ...draft, items: changed });
  const remove = (index: number) => (
    <IconButton
      icon={Trash2}
      size="sm"
      label={`Remove ${name} ${index + 1}`}
      onClick={() => set(items.toSpliced(index, 1))}
    />
  );
  const shape = shapeOf(item, types);
  const isLine = !item.nullable && (shape.kind === "scalar" || shape.kind === "enum");
  return (
    <div class={isLine ? "value-inside is-dense" : "value-inside"}>
      {items.map((each, index) => {
        const field = (
          <ValueField
            key={index}
            field={itemField(`${name} ${index + 1}`, item)}
            draft={each}
            path={join(path, index)}
            onChange={(changed) => set(items.with(index, changed))}
            action={isLine ? undefined : remove(index)}
          />
        );
        return isLine ? (
          <div key={index} class="value-item">
            <span class="value-item-number" aria-hidden="true">
              {index + 1}
            </span>
            {field}
            {remove(index)}
          </div>
        ) : (
          field
        );
      })}
      <Button
        variant="ghost"
        size="sm"
        icon={Plus}
        class="value-add"
        onClick={() => set([...items, startingValue(item, types)])}
      >
        Add item
      </Button>
    </div>
  );
}

function itemField(name: string, type: TypeRef): InputField {
  return { name, type: printType(type), description: null, default: null, required: true };
}
