import { useResource } from "../../api/resource.ts";
import type { Manifest } from "../../api/types.ts";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import type { PageProps } from "../../routes.ts";
import { AttentionLine } from "./AttentionLine.tsx";
import { CollectionRows } from "./CollectionRows.tsx";
import { ConnectionSection } from "./ConnectionSection.tsx";
import { EndpointRows } from "./EndpointRows.tsx";
import { LimitTable } from "./LimitTable.tsx";
import { ModelRows } from "./ModelRows.tsx";
import { SecretRows } from "./SecretRows.tsx";
import { Section } from "./Section.tsx";
import { WarningList } from "./WarningList.tsx";
import "./manifest.css";

/** What `modus.json` says, and what of it is there. */
export default function ManifestPage({ query }: PageProps) {
  const { data, error, reload } = useResource<Manifest>("manifest");
  return (
    <div class="page manifest">
      <header class="page-head">
        <h1>Manifest</h1>
        {data && <AttentionLine manifest={data} />}
      </header>
      {error && <ErrorBanner error={error} onRetry={reload} />}
      {!data && !error && <Skeleton lines={14} />}
      {data && <Sections manifest={data} model={query.get("model")} />}
    </div>
  );
}

function Sections({ manifest, model }: { manifest: Manifest; model: string | null }) {
  const { file, endpoints, connections, models, secrets, collections, limits, warnings } = manifest;
  return (
    <>
      {warnings.length > 0 && (
        <Section id="warnings" title="Warnings" about={`What ${file} says that may be a mistake.`}>
          <WarningList warnings={warnings} />
        </Section>
      )}
      <Section id="endpoints" title="Endpoints" about="Where functions can be called.">
        <EndpointRows endpoints={endpoints} file={file} />
      </Section>
      <ConnectionSection connections={connections} secrets={secrets} file={file} />
      <Section id="models" title="Models" about="Which functions can ask, by name.">
        <ModelRows models={models} file={file} pointed={model} />
      </Section>
      <Section
        id="secrets"
        title="Secrets"
        about="Variables that connections need. Their values are never shown here."
      >
        <SecretRows secrets={secrets} />
      </Section>
      <Section id="collections" title="Collections" about="Texts that functions search.">
        <CollectionRows collections={collections} file={file} />
      </Section>
      <Section id="limits" title="Limits" about="What a call and a query may use, at most.">
        <LimitTable limits={limits} />
      </Section>
    </>
  );
}
