import type { ModelInfo } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { href } from "../../routes.ts";
import { remedyOf } from "./attention.ts";
import { CommandLine } from "./CommandLine.tsx";
import { formatName } from "./format-name.ts";
import { Row } from "./Row.tsx";
import { Nothing } from "./Section.tsx";

interface Props {
  models: readonly ModelInfo[];
  file: string;
  /** The name of the one to point out. */
  pointed: string | null;
}

export function ModelRows({ models, file, pointed }: Props) {
  if (models.length === 0) {
    return <Nothing>{file} names no model.</Nothing>;
  }
  return (
    <ul class="manifest-rows">
      {models.map((model) => (
        <Row
          key={model.name}
          pointed={model.name === pointed}
          name={model.name}
          marks={
            <>
              {model.interface && (
                <Badge title="The form of what it is asked and answers">
                  {formatName(model.interface)}
                </Badge>
              )}
              {model.installed === true && <Badge tone="good">installed</Badge>}
              {model.installed === false && <Badge tone="warn">not installed</Badge>}
            </>
          }
          about={
            <>
              {model.sourceModel && <code>{model.sourceModel}</code>}
              <span>{whereOf(model)}</span>
              <a href={href("models", "", { model: model.name })}>What it was asked</a>
            </>
          }
          file={file}
          location={model.location}
        >
          {model.hint && <Remedy hint={model.hint} />}
        </Row>
      ))}
    </ul>
  );
}

function Remedy({ hint }: { hint: string }) {
  const remedy = remedyOf(hint);
  return (
    <div class="manifest-help">
      {"command" in remedy ? (
        <>
          <p>This command helps:</p>
          <CommandLine text={remedy.command} what="command" />
        </>
      ) : (
        <p>{remedy.words}</p>
      )}
    </div>
  );
}

function whereOf({ connection, provider, installed }: ModelInfo): string {
  if (installed !== null) {
    return "runs on this machine";
  }
  return provider === null || provider === connection
    ? `by connection ${connection}`
    : `by connection ${connection}, provider ${provider}`;
}
