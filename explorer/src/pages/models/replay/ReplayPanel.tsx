import { ChevronRight, Play, RotateCcw } from "lucide";
import { useMemo, useState } from "preact/hooks";
import { state } from "../../../api/events.ts";
import { useResource } from "../../../api/resource.ts";
import type { Inference, Json, Manifest } from "../../../api/types.ts";
import { Banner, ErrorBanner } from "../../../components/Banner.tsx";
import { Button } from "../../../components/Button.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { Field } from "../../../components/Field.tsx";
import { Icon } from "../../../components/Icon.tsx";
import { Input } from "../../../components/Input.tsx";
import { JsonEditor } from "../../../components/JsonEditor/index.tsx";
import { Select } from "../../../components/Select.tsx";
import { Skeleton } from "../../../components/Skeleton.tsx";
import { Switch } from "../../../components/Switch.tsx";
import { persisted } from "../../../state/persist.ts";
import {
  candidates,
  changes,
  forModel,
  priceOf,
  type Setting,
  settingsOf,
  unstreamed,
} from "../settings.ts";
import { ComparisonView } from "./ComparisonView.tsx";
import { type Draft, inputOf, settingText, textOf, withSetting } from "./draft.ts";
import { runsOf, start } from "./runs.ts";
import "./ReplayPanel.css";

const marked = persisted("models.differences", true);

/** Asks a model again, this one or another, and shows both answers side by side. */
export function ReplayPanel({ inference }: { inference: Inference }) {
  const { data, error, reload } = useResource<Manifest>("manifest");
  if (state.value && !state.value.features.replay) {
    return (
      <Empty icon={RotateCcw} title="Models cannot be asked again here">
        This server does not allow it. Run the app with <code>atoll dev</code> to try other models
        and settings.
      </Empty>
    );
  }
  if (error && !data) {
    return <ErrorBanner error={error} onRetry={reload} />;
  }
  if (!data) {
    return <Skeleton lines={4} />;
  }
  return <Workbench key={inference.id} inference={inference} manifest={data} />;
}

function Workbench({ inference, manifest }: { inference: Inference; manifest: Manifest }) {
  const found = useMemo(() => candidates(inference, manifest.models), [inference, manifest]);
  const original = useMemo(() => unstreamed(inference.input), [inference]);
  const first: Draft = { model: found.models[0]?.name ?? "", text: textOf(original) };
  const kept = persisted<Draft | null>(`replay.${inference.id}`, null, { storage: "session" });
  const draft = kept.value ?? first;
  const parsed = useMemo(() => inputOf(draft.text), [draft.text]);
  const runs = runsOf(inference.id);
  const own = found.models.some((model) => model.name === inference.model);

  if (found.models.length === 0) {
    return (
      <Empty icon={RotateCcw} title="No model can be asked this">
        {inference.model} is not in <code>modus.json</code> any more, and no other model there takes
        an input of this form.
      </Empty>
    );
  }
  const change = (changed: Partial<Draft>) => {
    kept.value = { ...draft, ...changed };
  };
  const choose = (name: string) => {
    const from = manifest.models.find((model) => model.name === draft.model);
    const to = manifest.models.find((model) => model.name === name);
    if (!to || "problem" in parsed) {
      return change({ model: name });
    }
    const before = from?.sourceModel ?? inference.sourceModel;
    change({ model: name, text: textOf(forModel(parsed.input, before, to.sourceModel)) });
  };
  const run = () => {
    if ("problem" in parsed) {
      return;
    }
    const source = manifest.models.find((model) => model.name === draft.model)?.sourceModel;
    // That another model has another name is told already.
    const before = forModel(original, inference.sourceModel, source ?? "");
    void start(inference.id, draft.model, parsed.input, changes(before, parsed.input));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the fields inside of it.
    <div
      class="replay"
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          run();
        }
      }}
    >
      {!own && (
        <Banner tone="info" title={`${inference.model} is not in modus.json any more`}>
          Another model of the same interface can be asked instead.
        </Banner>
      )}
      {inference.truncated && (
        <Banner tone="warn" title="A part of the input may be missing">
          It was too long to be stored whole. What is left is what will be asked.
        </Banner>
      )}
      <div class="replay-controls">
        <Field label="Model" class="replay-model">
          {(control) => (
            <Select
              {...control}
              wide
              value={draft.model}
              onValue={choose}
              options={found.models.map(({ name, sourceModel }) => ({
                value: name,
                label: sourceModel && sourceModel !== name ? `${name} (${sourceModel})` : name,
              }))}
            />
          )}
        </Field>
        {"input" in parsed && (
          <Controls
            form={found.interface}
            input={parsed.input}
            onInput={(input) => change({ text: textOf(input) })}
          />
        )}
        <div class="replay-actions">
          {kept.value !== null && (
            <Button variant="ghost" onClick={() => (kept.value = null)}>
              Reset
            </Button>
          )}
          <Button variant="primary" icon={Play} disabled={"problem" in parsed} onClick={run}>
            Ask again
          </Button>
        </div>
      </div>
      <p class="replay-note">
        {priceOf(manifest.models.find((model) => model.name === draft.model))}
      </p>
      <InputEditor
        text={draft.text}
        problem={"problem" in parsed ? parsed.problem : null}
        onText={(text) => change({ text })}
      />
      {runs.value.length > 0 && (
        <section class="replay-runs" aria-label="Replays">
          <div class="replay-runs-head">
            <h2>{runs.value.length === 1 ? "Replay" : `${runs.value.length} replays`}</h2>
            <Switch
              checked={marked.value}
              onChange={(checked) => (marked.value = checked)}
              label="Mark differences"
            />
          </div>
          {runs.value.map((each) => (
            <ComparisonView
              key={each.number}
              inference={inference}
              run={each}
              marked={marked.value}
            />
          ))}
        </section>
      )}
    </div>
  );
}

function InputEditor(props: {
  text: string;
  problem: string | null;
  onText: (text: string) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="replay-input"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon icon={ChevronRight} size={14} class="replay-chevron" />
        Whole input as JSON
        {!open && props.problem && <span class="replay-problem">{props.problem}</span>}
      </summary>
      {open && (
        <JsonEditor
          label="Input of the model"
          value={props.text}
          onChange={props.onText}
          error={props.problem}
        />
      )}
    </details>
  );
}

function Controls({
  form,
  input,
  onInput,
}: {
  form: string | null;
  input: Json;
  onInput: (input: Json) => void;
}) {
  const settings = settingsOf(form, input);
  if (!settings) {
    return null;
  }
  return (
    <>
      <NumberField setting={settings.temperature} input={input} onInput={onInput} />
      <NumberField setting={settings.maxTokens} input={input} onInput={onInput} />
    </>
  );
}

function NumberField({
  setting,
  input,
  onInput,
}: {
  setting: Setting;
  input: Json;
  onInput: (input: Json) => void;
}) {
  const shown = settingText(input, setting);
  const [typed, setTyped] = useState<string | null>(null);
  // What is typed stays as it is ("0." on the way to "0.5") while it means what the input has.
  const fits =
    typed !== null && (typed.trim() === "" ? shown === "" : Number(typed) === Number(shown));
  const wrong = typed !== null && withSetting(input, setting, typed) === null;
  return (
    <Field label={setting.label} class="replay-number" error={wrong ? "Must be a number." : null}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          placeholder="Not sent"
          title={`Sets ${setting.path.join(".")}`}
          value={fits || wrong ? (typed ?? "") : shown}
          onValue={(text) => {
            setTyped(text);
            const changed = withSetting(input, setting, text);
            if (changed !== null) {
              onInput(changed);
            }
          }}
          onBlur={() => setTyped(null)}
        />
      )}
    </Field>
  );
}
