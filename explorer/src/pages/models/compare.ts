import type { Inference, Json, Message } from "../../api/types.ts";
import { answerText, answerVectors } from "./conversation.ts";
import { type Change, diff, likeness } from "./diff.ts";
import { cosine } from "./numbers.ts";

/** How a new answer differs from the first one. */
export interface Comparison {
  /** Null if there is no text on either side. */
  changes: Change[] | null;
  /** In a few words: "Same answer", "62% of the words are the same". */
  summary: string;
  same: boolean;
}

export interface Answer {
  conversation: Message[] | null;
  output: Json;
}

export function compare(before: Answer, after: Answer): Comparison {
  const [old, young] = [textOf(before), textOf(after)];
  if (!old && !young) {
    return compareVectors(before, after);
  }
  const changes = diff(old, young);
  const same = old === young;
  return {
    changes,
    same,
    summary: same ? "Same answer" : `${percent(likeness(changes))} of the words are the same`,
  };
}

function textOf(answer: Answer): string {
  return answerText(answer.conversation, answer.output);
}

function compareVectors(before: Answer, after: Answer): Comparison {
  const [old, young] = [answerVectors(before.conversation), answerVectors(after.conversation)];
  const cosines = old.map((vector, index) => {
    const other = young[index];
    return other ? cosine(vector, other) : null;
  });
  if (cosines.length === 0 || young.length !== old.length) {
    return { changes: null, same: false, summary: "Not to be compared" };
  }
  const numbers = cosines.filter((each) => each !== null);
  if (numbers.length < cosines.length) {
    return { changes: null, same: false, summary: "Of other dimensions" };
  }
  const least = Math.min(...numbers);
  const told = least.toLocaleString("en", { maximumFractionDigits: 4 });
  return { changes: null, same: least > 0.999_999, summary: `Cosine ${told}` };
}

/** Rounded so that only what is the same is told to be the same. */
function percent(share: number): string {
  return `${Math.min(99, Math.round(share * 100))}%`;
}

/** The answer of an inference. */
export function answerOf(inference: Inference): Answer {
  return { conversation: inference.conversation, output: inference.output };
}
