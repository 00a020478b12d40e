import type { Manifest } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { Copy } from "../../components/Copy.tsx";
import { href } from "../../routes.ts";
import { Row } from "./Row.tsx";
import { Nothing } from "./Section.tsx";

interface Props {
  endpoints: Manifest["endpoints"];
  file: string;
}

export function EndpointRows({ endpoints, file }: Props) {
  if (endpoints.length === 0) {
    return <Nothing>{file} names no endpoint.</Nothing>;
  }
  return (
    <ul class="manifest-rows">
      {endpoints.map(({ name, path, auth, location }) => {
        const address = new URL(path, window.location.origin).href;
        return (
          <Row
            key={name}
            name={name}
            marks={
              auth === "bearer-token" ? (
                <Badge tone="info">bearer token</Badge>
              ) : (
                <Badge>no auth</Badge>
              )
            }
            about={
              <>
                <code>{address}</code>
                <Copy text={address} label={`Copy address of ${name}`} />
                <a href={href("graphql")}>Try it</a>
              </>
            }
            file={file}
            location={location}
          />
        );
      })}
    </ul>
  );
}
