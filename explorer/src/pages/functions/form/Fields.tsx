import type { InputField } from "../../../api/types.ts";
import { type Drafts, draftOf, join } from "../values.ts";
import { useForm } from "./context.ts";
import { ValueField } from "./ValueField.tsx";

interface FieldsProps {
  fields: InputField[];
  drafts: Drafts;
  path: string;
  onChange: (drafts: Drafts) => void;
}

/** The fields of an input object, or all arguments. */
export function Fields({ fields, drafts, path, onChange }: FieldsProps) {
  const { types } = useForm();
  return (
    <>
      {fields.map((field) => (
        <ValueField
          key={field.name}
          field={field}
          draft={draftOf(field, drafts, types)}
          path={join(path, field.name)}
          onChange={(draft) => onChange({ ...drafts, [field.name]: draft })}
        />
      ))}
    </>
  );
}
