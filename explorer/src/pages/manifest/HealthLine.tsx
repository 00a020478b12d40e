import { CircleAlert, CircleCheck } from "lucide";
import { formatDuration } from "../../components/format.ts";
import { Icon } from "../../components/Icon.tsx";
import { Time } from "../../components/Time.tsx";
import { sentence } from "./attention.ts";
import type { Check } from "./health.ts";

/** What a check found out, with what to do if it failed. */
export function HealthLine({ check }: { check: Check }) {
  if (check.state !== "checked") {
    return <div role="status" />;
  }
  const { ok, message, hint, ms } = check.health;
  return (
    <div class={ok ? "manifest-health is-good" : "manifest-health is-bad"} role="status">
      <Icon icon={ok ? CircleCheck : CircleAlert} size={15} label={ok ? "Healthy" : "Failing"} />
      <div>
        <p>
          {sentence(message)}{" "}
          <span class="manifest-health-time">
            {ms > 0 && `in ${formatDuration(ms)}, `}
            <Time at={check.at} />
          </span>
        </p>
        {hint && <p class="manifest-health-hint">{sentence(hint)}</p>}
      </div>
    </div>
  );
}
