import { useMemo } from "preact/hooks";
import { JsonView } from "../../../components/JsonView.tsx";
import type { Answer } from "../compare.ts";
import { BlockView } from "../conversation/BlockView.tsx";
import { turns } from "../conversation.ts";
import type { Change } from "../diff.ts";
import { DiffText } from "./DiffText.tsx";

/** One answer: with its differences from another if there are `changes`, else as one reads it. */
export function AnswerView({
  answer,
  changes,
  side,
}: {
  answer: Answer;
  changes: Change[] | null;
  side: "before" | "after";
}) {
  const { conversation } = answer;
  const blocks = useMemo(
    () =>
      turns(conversation?.filter((message) => message.answer) ?? []).flatMap((turn) => turn.blocks),
    [conversation],
  );
  if (changes) {
    return <DiffText changes={changes} side={side} />;
  }
  if (conversation === null) {
    return <JsonView value={answer.output} label="Output" />;
  }
  if (blocks.length === 0) {
    return <p class="turn-nothing">Nothing was said.</p>;
  }
  return (
    <div class="comparison-answer">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} markdown />
      ))}
    </div>
  );
}
