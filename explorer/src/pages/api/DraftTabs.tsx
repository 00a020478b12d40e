import { Plus, X } from "lucide";
import { Icon } from "../../components/Icon.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { type Drafts, newDraft, opened } from "./documents.ts";
import { documentTitle } from "./operations.ts";
import "./DraftTabs.css";

export interface DraftTabsProps {
  drafts: Drafts;
  onDrafts: (drafts: Drafts) => void;
  onClose: (id: string) => void;
}

/** The open documents, as a row of tabs. */
export function DraftTabs({ drafts, onDrafts, onClose }: DraftTabsProps) {
  return (
    <nav class="api-tabs" aria-label="Open documents">
      <ul class="api-tabs-list">
        {drafts.open.map((one) => {
          const title = documentTitle(one.query);
          const active = one.id === drafts.active;
          return (
            <li key={one.id} class={`api-tabs-tab${active ? " is-active" : ""}`}>
              <button
                type="button"
                class="api-tabs-title"
                aria-current={active ? "page" : undefined}
                onClick={() => onDrafts({ ...drafts, active: one.id })}
                onAuxClick={(event) => event.button === 1 && onClose(one.id)}
              >
                {title}
              </button>
              <button
                type="button"
                class="api-tabs-close"
                aria-label={`Close ${title}`}
                title="Close"
                onClick={() => onClose(one.id)}
              >
                <Icon icon={X} size={13} />
              </button>
            </li>
          );
        })}
      </ul>
      <IconButton
        icon={Plus}
        label="New document"
        size="sm"
        onClick={() => onDrafts(opened(drafts, newDraft()))}
      />
    </nav>
  );
}
