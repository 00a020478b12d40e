import { useCallback, useEffect, useState } from "preact/hooks";
import { api } from "../../api/client.ts";
import { asApiError, useEdition } from "../../api/resource.ts";
import type { Health } from "../../api/types.ts";
import { type Check, type Checks, inTurns, unanswered } from "./health.ts";

/** So many connections are checked at the same time. */
const TOGETHER = 4;

/** Checks of connections, which are made when somebody asks for them, and gone when the app changes. */
export function useChecks(): { checks: Checks; check: (names: readonly string[]) => void } {
  const [checks, setChecks] = useState<Checks>({});
  const edition = useEdition();
  const put = (name: string, check: Check) => setChecks((now) => ({ ...now, [name]: check }));
  useEffect(() => setChecks({}), [edition]);

  const check = useCallback((names: readonly string[]) => {
    for (const name of names) {
      put(name, { state: "checking" });
    }
    inTurns(
      names.map((name) => async () => {
        const health = await askHealth(name);
        put(name, { state: "checked", health, at: Date.now() });
      }),
      TOGETHER,
    );
  }, []);
  return { checks, check };
}

async function askHealth(name: string): Promise<Health> {
  try {
    return await api.post<Health>(`connections/${encodeURIComponent(name)}/check`);
  } catch (reason) {
    const error = asApiError(reason);
    return unanswered(error.message, error.hint);
  }
}
