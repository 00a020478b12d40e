import type { SecretInfo } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { bySetting, envLine } from "./attention.ts";
import { CommandLine } from "./CommandLine.tsx";
import { Row } from "./Row.tsx";
import { Nothing } from "./Section.tsx";

/** Secrets by the names of their variables: set or missing, and where a missing one is set. */
export function SecretRows({ secrets }: { secrets: readonly SecretInfo[] }) {
  if (secrets.length === 0) {
    return <Nothing>This app needs no secrets.</Nothing>;
  }
  return (
    <ul class="manifest-rows">
      {bySetting(secrets).map((secret) => (
        <Row
          key={secret.name}
          name={<code>{secret.name}</code>}
          marks={secret.set ? <Badge tone="good">set</Badge> : <Badge tone="bad">missing</Badge>}
          about={<span>for {secret.usedBy.join(", ")}</span>}
        >
          {!secret.set && (
            <div class="manifest-help">
              <p>
                Write this line with its value into the file <code>.env</code> beside the manifest:
              </p>
              <CommandLine text={envLine(secret)} what={`the line for ${secret.name}`} />
            </div>
          )}
        </Row>
      ))}
    </ul>
  );
}
