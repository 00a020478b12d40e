import { Plus, Trash2 } from "lucide";
import { Button } from "../../../components/Button.tsx";
import { IconButton } from "../../../components/IconButton.tsx";
import { type Draft, draftOf, join, type Shape, startingValue } from "../values.ts";
import { useForm } from "./context.ts";
import { ValueField, type ValueProps } from "./ValueField.tsx";

/** A map: in the API a list of pairs, here its keys and values. */
export function MapEditor({
  draft,
  path,
  onChange,
  shape,
}: ValueProps & { shape: Extract<Shape, { kind: "map" }> }) {
  const { types } = useForm();
  const pairs = draft.items ?? [];
  const set = (changed: Draft[]) => onChange({ ...draft, items: changed });
  return (
    <div class="value-inside">
      {pairs.map((pair, index) => (
        <div key={index} class="value-pair">
          {[shape.key, shape.value].map((part) => (
            <ValueField
              key={part.name}
              field={part}
              draft={draftOf(part, pair.fields, types)}
              path={join(join(path, index), part.name)}
              onChange={(changed) =>
                set(
                  pairs.with(index, { ...pair, fields: { ...pair.fields, [part.name]: changed } }),
                )
              }
            />
          ))}
          <IconButton
            icon={Trash2}
            size="sm"
            class="value-pair-remove"
            label={`Remove entry ${index + 1}`}
            onClick={() => set(pairs.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button
        variant="ghost"
        size="sm"
        icon={Plus}
        class="value-add"
        onClick={() => set([...pairs, startingValue(shape.item, types)])}
      >
        Add entry
      </Button>
    </div>
  );
}
