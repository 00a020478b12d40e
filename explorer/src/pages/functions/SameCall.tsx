import { Code } from "../../components/Code.tsx";
import { Copy } from "../../components/Copy.tsx";
import { formatCount } from "../../components/format.ts";
import { Tabs } from "../../components/Tabs.tsx";
import { endpoint, endpointUrl } from "../../state/endpoint.ts";
import { persisted } from "../../state/persist.ts";
import type { Operation } from "./operation.ts";
import { type Language, snippet } from "./snippets.ts";

const LANGUAGES: { id: Language; label: string }[] = [
  { id: "graphql", label: "GraphQL" },
  { id: "curl", label: "curl" },
  { id: "python", label: "Python" },
  { id: "typescript", label: "TypeScript" },
];

const language = persisted<Language>("functions.language", "graphql", {
  valid: (found) => LANGUAGES.some((each) => each.id === found),
});

/** Longer code, such as one with a file in it, is copied and not shown. */
const LONGEST_SHOWN = 20_000;

/** The call as it stands in the form, to be copied into other programs. */
export function SameCall({ operation, streams }: { operation: Operation; streams: boolean }) {
  const target = endpoint.value;
  const code = snippet(language.value, operation, {
    url: target === null ? `${location.origin}/graphql` : endpointUrl(target),
    auth: target?.auth === "bearer-token",
    streams,
  });
  const title = LANGUAGES.find((each) => each.id === language.value)?.label ?? "";
  return (
    <Tabs
      look="segments"
      label="The same call as"
      tabs={LANGUAGES}
      selected={language.value}
      onSelect={(id) => {
        language.value = id as Language;
      }}
    >
      {code.length > LONGEST_SHOWN ? (
        <LongCode code={code} label={title} />
      ) : (
        <Code code={code} label={`The call as ${title}`} maxHeight={340} />
      )}
    </Tabs>
  );
}

function LongCode({ code, label }: { code: string; label: string }) {
  const cut = `${code.slice(0, 2_000)}\n… ${formatCount(code.length)} characters in all`;
  return (
    <div class="same-call-long">
      <Code code={cut} label={`The beginning of the call as ${label}`} plain wrap maxHeight={340} />
      <Copy text={code} withText label="Copy all of it" />
    </div>
  );
}
