import { Activity, FilterX } from "lucide";
import { callsLoading } from "../../api/calls.ts";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { href } from "../../routes.ts";
import { endpoint, endpointUrl } from "../../state/endpoint.ts";

interface NoCallsProps {
  /** Whether there are calls, but none that the filters let through. */
  filtered: boolean;
  onReset: () => void;
}

/** What stands in the place of the list when it has nothing to show. */
export function NoCalls({ filtered, onReset }: NoCallsProps) {
  if (filtered) {
    return (
      <Empty
        icon={FilterX}
        title="No call passes these filters"
        action={<Button onClick={onReset}>Reset filters</Button>}
      >
        None of the calls that are kept is like that.
      </Empty>
    );
  }
  if (callsLoading.value === "loading") {
    return <Skeleton lines={10} />;
  }
  if (callsLoading.value === "failed") {
    return (
      <Empty icon={Activity} title="The calls could not be loaded">
        They come as soon as the server answers again.
      </Empty>
    );
  }
  return (
    <Empty
      icon={Activity}
      title="No calls yet"
      action={
        <Button variant="primary" href={href("functions")}>
          Run a function
        </Button>
      }
    >
      Run a function, or send a query to{" "}
      <code>{endpoint.value === null ? "the app's endpoint" : endpointUrl(endpoint.value)}</code>.
      Each call appears here as it starts.
    </Empty>
  );
}
