import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { callPath, readCall, recentCalls } from "../../api/calls.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Call } from "../../api/types.ts";

/** How often a call that runs is asked for, since no event tells what it does. */
const EVERY_MS = 1_000;

/** One call in full, which is loaded anew when it ends, and now and then until it does. */
export function useCall(id: string): Resource<Call> {
  const resource = useResource<Call>(callPath(id), readCall);
  const { reload } = resource;
  const told = useComputed(() => recentCalls.value.find((call) => call.id === id)?.status).value;
  const known = resource.data?.status;
  const before = useRef({ id, told });
  useEffect(() => {
    const changed = before.current.id === id && before.current.told !== told;
    before.current = { id, told };
    if (changed) {
      reload();
    }
  }, [id, told]);
  useEffect(() => {
    if (known !== "running") {
      return;
    }
    const timer = setInterval(reload, EVERY_MS);
    return () => clearInterval(timer);
  }, [known, reload]);
  return resource;
}
