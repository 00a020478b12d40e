import type { CollectionInfo } from "../../api/types.ts";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/Select.tsx";
import { namespaceLabel } from "./place.ts";
import { Toggles } from "./Toggles.tsx";

interface Props {
  collection: CollectionInfo;
  /** Null for all of them. */
  chosen: string[] | null;
  onChoose: (chosen: string[] | null) => void;
}

/** So many can be seen at a glance; more are chosen from a list, one at a time. */
const FEW = 12;
const ALL = "all";

/** In which namespaces it is searched; nothing where there is no choice. */
export function NamespaceChoice({ collection, chosen, onChoose }: Props) {
  const names = collection.namespaces.map((each) => each.name);
  if (names.length < 2) {
    return null;
  }
  if (names.length <= FEW) {
    const on = names.filter((name) => chosen === null || chosen.includes(name));
    return (
      <Toggles
        label="Namespaces"
        options={names.map((name) => ({ id: name, label: namespaceLabel(name) }))}
        on={on}
        onChange={(next) =>
          onChoose(next.length === names.length || next.length === 0 ? null : next)
        }
      />
    );
  }
  const [one] = chosen ?? [];
  return (
    <Field label="Namespace">
      {(control) => (
        <Select
          {...control}
          value={one === undefined ? ALL : `=${one}`}
          onValue={(value) => onChoose(value === ALL ? null : [value.slice(1)])}
          options={[
            { value: ALL, label: "All" },
            ...names.map((name) => ({ value: `=${name}`, label: namespaceLabel(name) })),
          ]}
        />
      )}
    </Field>
  );
}
