import { Bot, type IconNode, ScrollText, UserRound, Wrench } from "lucide";
import { useMemo } from "preact/hooks";
import type { Message } from "../../../api/types.ts";
import { Icon } from "../../../components/Icon.tsx";
import { type Turn, turns } from "../conversation.ts";
import { BlockView } from "./BlockView.tsx";
import { SystemText } from "./SystemText.tsx";
import "./Conversation.css";

const ROLES: Record<Message["role"], { name: string; icon: IconNode }> = {
  system: { name: "System", icon: ScrollText },
  user: { name: "User", icon: UserRound },
  assistant: { name: "Assistant", icon: Bot },
  tool: { name: "Tool", icon: Wrench },
};

export interface ConversationProps {
  messages: Message[];
  /** Show answers as they were written, not as Markdown. */
  plain: boolean;
  /** Whether what came was of no use as an answer: the words of a host that refused. */
  failed?: boolean;
  /** What stands at the end instead of an answer. */
  children?: preact.ComponentChildren;
}

/** Messages as one reads them: who says what, and what tools gave for what they were asked. */
export function Conversation({ messages, plain, failed = false, children }: ConversationProps) {
  const found = useMemo(() => turns(messages), [messages]);
  return (
    <ol class="conversation">
      {found.map((turn, index) => (
        <TurnView key={index} turn={turn} plain={plain} answer={failed ? "Reply" : "Answer"} />
      ))}
      {children}
    </ol>
  );
}

function TurnView({ turn, plain, answer }: { turn: Turn; plain: boolean; answer: string }) {
  const role = ROLES[turn.role] ?? ROLES.user;
  const name = turn.answer && turn.role === "assistant" ? answer : role.name;
  return (
    <li class={`turn turn-${turn.role}${turn.answer ? " turn-answer" : ""}`}>
      <h2 class="turn-role">
        <span class="turn-icon">
          <Icon icon={role.icon} size={15} />
        </span>
        {name}
      </h2>
      <div class="turn-content">
        {turn.blocks.length === 0 && <p class="turn-nothing">Nothing was said.</p>}
        {turn.blocks.map((block, index) =>
          block.kind === "text" && turn.folded ? (
            <SystemText key={index} text={block.text} />
          ) : (
            <BlockView key={index} block={block} markdown={turn.role === "assistant" && !plain} />
          ),
        )}
      </div>
    </li>
  );
}
