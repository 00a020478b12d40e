import { Pause, Play, Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { clearCalls } from "../../api/calls.ts";
import { Button } from "../../components/Button.tsx";

interface CallActionsProps {
  paused: boolean;
  onPaused: (paused: boolean) => void;
  /** Whether there is nothing to clear. */
  empty: boolean;
  onFailure: (message: string | null) => void;
}

/** What can be done with the list as a whole. */
export function CallActions({ paused, onPaused, empty, onFailure }: CallActionsProps) {
  const [clearing, setClearing] = useState(false);
  const clear = () => {
    setClearing(true);
    onFailure(null);
    clearCalls()
      .catch((error: unknown) => onFailure(error instanceof Error ? error.message : String(error)))
      .finally(() => setClearing(false));
  };
  return (
    <div class="calls-actions">
      <Button
        size="sm"
        icon={paused ? Play : Pause}
        aria-pressed={paused}
        onClick={() => onPaused(!paused)}
      >
        {paused ? "Follow" : "Pause"}
      </Button>
      <Button size="sm" icon={Trash2} busy={clearing} disabled={empty} onClick={clear}>
        Clear
      </Button>
    </div>
  );
}
