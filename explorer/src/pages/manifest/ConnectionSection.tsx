import { Activity } from "lucide";
import type { ConnectionInfo, SecretInfo } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { HealthLine } from "./HealthLine.tsx";
import { type Check, checkOf, summary } from "./health.ts";
import { Row } from "./Row.tsx";
import { Nothing, Section } from "./Section.tsx";
import { useChecks } from "./use-checks.ts";

interface Props {
  connections: readonly ConnectionInfo[];
  secrets: readonly SecretInfo[];
  file: string;
}

/** Connections, each with a check of its health for those who ask. */
export function ConnectionSection({ connections, secrets, file }: Props) {
  const { checks, check } = useChecks();
  const names = connections.map(({ name }) => name);
  const said = summary(checks, names);
  const missing = new Set(secrets.filter(({ set }) => !set).map(({ name }) => name));
  return (
    <Section
      id="connections"
      title="Connections"
      about="Hosts and databases that functions can reach. They are checked when you ask for it."
      action={
        connections.length > 0 && (
          <>
            <Button size="sm" icon={Activity} onClick={() => check(names)}>
              Check all
            </Button>
            <p class="manifest-summary" role="status">
              {said ?? ""}
            </p>
          </>
        )
      }
    >
      {connections.length === 0 && <Nothing>This app reaches no other host or database.</Nothing>}
      <ul class="manifest-rows">
        {connections.map((connection) => (
          <Connection
            key={connection.name}
            connection={connection}
            missing={missing}
            check={checkOf(checks, connection.name)}
            onCheck={() => check([connection.name])}
            file={file}
          />
        ))}
      </ul>
    </Section>
  );
}

interface ConnectionProps {
  connection: ConnectionInfo;
  missing: ReadonlySet<string>;
  check: Check;
  onCheck: () => void;
  file: string;
}

function Connection({ connection, missing, check, onCheck, file }: ConnectionProps) {
  const { name, type, target, secrets, location } = connection;
  return (
    <Row
      name={name}
      marks={<Badge>{type}</Badge>}
      about={
        <>
          {target && <code>{target}</code>}
          {secrets.map((secret) => (
            <Badge key={secret} mono tone={missing.has(secret) ? "bad" : "neutral"}>
              {secret}
              {missing.has(secret) && " is missing"}
            </Badge>
          ))}
        </>
      }
      action={
        <Button
          size="sm"
          busy={check.state === "checking"}
          onClick={onCheck}
          aria-label={`Check ${name}`}
        >
          Check
        </Button>
      }
      file={file}
      location={location}
    >
      <HealthLine check={check} />
    </Row>
  );
}
