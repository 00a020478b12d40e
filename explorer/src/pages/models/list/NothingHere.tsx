import { FilterX, History, MessagesSquare } from "lucide";
import { state } from "../../../api/events.ts";
import { useResource } from "../../../api/resource.ts";
import type { Manifest } from "../../../api/types.ts";
import { Button } from "../../../components/Button.tsx";
import { Code } from "../../../components/Code.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { href } from "../../../routes.ts";
import { lesson } from "./lessons.ts";

/** What stands in the place of the history while nothing was recorded. */
export function NothingYet() {
  const { data } = useResource<Manifest>("manifest");
  const model = data?.models[0]?.name;
  return (
    <Empty
      icon={MessagesSquare}
      title="No model was asked yet"
      action={<Button href={href("functions")}>Run a function</Button>}
    >
      <p>
        {data && model === undefined ? (
          <>
            Name a model in <code>modus.json</code>, and ask it from a function. Each question and
            answer then shows here.
          </>
        ) : (
          "Run a function that asks one. Each question and answer then shows here."
        )}
      </p>
      <div class="models-lesson">
        <Code
          code={lesson(state.value?.language, model ?? "text-generator")}
          label="How a function asks a model"
        />
      </div>
    </Empty>
  );
}

export function NothingFound({ onReset }: { onReset: () => void }) {
  return (
    <Empty
      icon={FilterX}
      title="No invocation passes these filters"
      action={<Button onClick={onReset}>Reset filters</Button>}
    >
      None in the history is like that.
    </Empty>
  );
}

export function Unavailable({ reason }: { reason: string }) {
  return (
    <Empty icon={History} title="There is no history of models">
      <p>{reason}</p>
      <p>
        While it is on, each question to a model is kept with its answer, in the folder{" "}
        <code>.atoll</code> of the app or in PostgreSQL.
      </p>
    </Empty>
  );
}
