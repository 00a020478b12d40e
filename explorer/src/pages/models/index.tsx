import type { PageProps } from "../../routes.ts";
import { InferencePage } from "./detail/InferencePage.tsx";
import { HistoryPage } from "./list/HistoryPage.tsx";

/** What was asked of models, and what they answered: all of it, or one invocation. */
export default function ModelsPage({ rest, query }: PageProps) {
  return rest ? (
    <InferencePage key={rest} id={rest} query={query} />
  ) : (
    <HistoryPage query={query} />
  );
}
