import { Search, SlidersHorizontal } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { CollectionInfo } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { Input } from "../../components/Input.tsx";
import { TextArea } from "../../components/TextArea.tsx";
import type { Draft, Problems } from "./draft.ts";
import { FILTER_EXAMPLE } from "./filter.ts";
import { NamespaceChoice } from "./NamespaceChoice.tsx";
import "./search-form.css";

interface Props {
  collection: CollectionInfo;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onRun: () => void;
  busy: boolean;
  problems: Problems;
  /** In which way it is searched. */
  children: ComponentChildren;
}

/** The question, the way to search, and what fewer people need: namespaces, a filter, a limit. */
export function SearchForm(props: Props) {
  const { collection, draft, onDraft, onRun, busy, problems } = props;
  const wrong = problems.filter !== undefined || problems.limit !== undefined;
  const [opened, setOpened] = useState(draft.filter !== "");
  const open = opened || wrong;
  return (
    <form
      class="search-form"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <div class="search-form-question">
        <Field label="Text to search for" hideLabel>
          {(control) => (
            <Input
              {...control}
              type="search"
              icon={Search}
              placeholder="What are you looking for?"
              value={draft.text}
              onValue={(text) => onDraft({ ...draft, text })}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={busy} disabled={draft.text.trim() === ""}>
          Search
        </Button>
      </div>
      <div class="search-form-ways">
        {props.children}
        <Button
          variant="ghost"
          size="sm"
          icon={SlidersHorizontal}
          aria-expanded={open}
          onClick={() => setOpened(!open)}
        >
          {draft.filter.trim() === "" ? "Options" : "Options (filter set)"}
        </Button>
      </div>
      {open && (
        <div class="search-form-options">
          <NamespaceChoice
            collection={collection}
            chosen={draft.namespaces}
            onChoose={(namespaces) => onDraft({ ...draft, namespaces })}
          />
          <FilterField draft={draft} onDraft={onDraft} onRun={onRun} problem={problems.filter} />
          <Field label="Limit" error={problems.limit} class="search-form-limit">
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                value={draft.limit}
                onValue={(limit) => onDraft({ ...draft, limit })}
              />
            )}
          </Field>
        </div>
      )}
    </form>
  );
}

interface FilterProps {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onRun: () => void;
  problem: string | undefined;
}

function FilterField({ draft, onDraft, onRun, problem }: FilterProps) {
  const isEmpty = draft.filter.trim() === "";
  return (
    <Field
      label="Filter"
      note="JSON, by metadata, $labels and $key"
      error={problem}
      class="search-form-filter"
      hint={
        isEmpty ? (
          <>
            For instance <code>{FILTER_EXAMPLE}</code>{" "}
            <button
              type="button"
              class="search-form-example"
              onClick={() => onDraft({ ...draft, filter: FILTER_EXAMPLE })}
            >
              Use it
            </button>
          </>
        ) : undefined
      }
    >
      {(control) => (
        <TextArea
          {...control}
          mono
          rows={2}
          placeholder="{ }"
          value={draft.filter}
          onValue={(filter) => onDraft({ ...draft, filter })}
          onSubmit={onRun}
        />
      )}
    </Field>
  );
}
