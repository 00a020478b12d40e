import { ChevronDown, Eye, EyeOff, Lock, Unplug } from "lucide";
import { useState } from "preact/hooks";
import { tokenEnd } from "../api/session.ts";
import type { Endpoint } from "../api/types.ts";
import { Copy } from "../components/Copy.tsx";
import { Field } from "../components/Field.tsx";
import { formatAgo, formatWhen } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { IconButton } from "../components/IconButton.tsx";
import { Input } from "../components/Input.tsx";
import { Popover } from "../components/Popover.tsx";
import {
  chooseEndpoint,
  endpoint,
  endpoints,
  endpointToken,
  endpointUrl,
} from "../state/endpoint.ts";
import "./EndpointMenu.css";

/** Where functions and queries are sent, and with which token. */
export function EndpointMenu() {
  const now = endpoint.value;
  if (now === null) {
    return null;
  }
  const missing = now.auth === "bearer-token" && endpointToken(now.name).value.trim() === "";
  return (
    <Popover
      label={`Endpoint ${now.name}${missing ? ", needs a token" : ""}`}
      align="end"
      buttonClass="endpoint-menu-button"
      class="endpoint-menu"
      button={
        <>
          {now.auth === "bearer-token" ? (
            <Icon icon={Lock} size={14} class={missing ? "endpoint-menu-missing" : undefined} />
          ) : (
            <Icon icon={Unplug} size={14} />
          )}
          <span class="endpoint-menu-path">{now.path}</span>
          <Icon icon={ChevronDown} size={13} />
        </>
      }
    >
      <fieldset class="endpoint-menu-list">
        <legend class="endpoint-menu-legend">Requests go to</legend>
        {endpoints.value.map((one) => (
          <label key={one.name} class="endpoint-menu-item">
            <input
              type="radio"
              name="endpoint"
              checked={one.name === now.name}
              onChange={() => chooseEndpoint(one.name)}
            />
            <span class="endpoint-menu-name">{one.name}</span>
            <code class="endpoint-menu-at">{one.path}</code>
            {one.auth === "bearer-token" && <Icon icon={Lock} size={13} label="Needs a token" />}
          </label>
        ))}
      </fieldset>
      <div class="endpoint-menu-url">
        <code>{endpointUrl(now)}</code>
        <Copy text={endpointUrl(now)} label="Copy address" />
      </div>
      {now.auth === "bearer-token" && <TokenField key={now.name} of={now} />}
    </Popover>
  );
}

function TokenField({ of }: { of: Endpoint }) {
  const token = endpointToken(of.name);
  const [shown, setShown] = useState(false);
  const end = tokenEnd(token.value);
  const expired = end !== null && end <= Date.now();
  return (
    <Field
      label="Bearer token"
      hint={
        end !== null && !expired
          ? `Good until ${formatWhen(end)}. It stays in this tab.`
          : "Sent as Authorization: Bearer. It stays in this tab."
      }
      error={expired ? `It expired ${formatAgo(end)}. Paste a new one.` : null}
    >
      {(control) => (
        <Input
          {...control}
          type={shown ? "text" : "password"}
          mono
          value={token.value}
          placeholder="eyJhbGciOi..."
          onValue={(value) => {
            token.value = value.trim();
          }}
          aside={
            <IconButton
              icon={shown ? EyeOff : Eye}
              label={shown ? "Hide the token" : "Show the token"}
              size="sm"
              onClick={() => setShown(!shown)}
            />
          }
        />
      )}
    </Field>
  );
}
