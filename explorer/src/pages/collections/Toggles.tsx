import "./toggles.css";

interface Props {
  label: string;
  options: { id: string; label: string; disabled?: boolean }[];
  on: readonly string[];
  onChange: (on: string[]) => void;
}

/** Several of a few options. */
export function Toggles({ label, options, on, onChange }: Props) {
  return (
    <fieldset class="toggles">
      <legend class="toggles-label">{label}</legend>
      {options.map(({ id, label: text, disabled }) => (
        <label key={id} class="toggles-option">
          <input
            type="checkbox"
            checked={on.includes(id)}
            disabled={disabled}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...on, id] : on.filter((each) => each !== id))
            }
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
