import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from "graphql";
import { ArrowLeft, ArrowRight, House, Play, Search } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { Input } from "../../components/Input.tsx";
import { Markdown } from "../../components/Markdown.tsx";
import {
  type AnyField,
  argumentsOf,
  fieldsOf,
  type Place,
  placeOf,
  rootsOf,
  searchDocs,
  type Trail,
  typesOf,
} from "./docs-navigation.ts";
import { kindOf } from "./operation-template.ts";
import "./DocsPanel.css";

export interface DocsPanelProps {
  schema: GraphQLSchema;
  trail: Trail;
  onGo: (place: Place) => void;
  onBack: () => void;
  onForward: () => void;
  /** Somebody wants to try a function: a field of a root type. */
  onTry: (type: string, field: string) => void;
}

/** What the app's API has: functions, types and their fields, with their docs. */
export function DocsPanel(props: DocsPanelProps) {
  const { schema, trail, onGo } = props;
  const [text, setText] = useState("");
  const place = placeOf(trail);
  const go = (to: Place) => {
    setText("");
    onGo(to);
  };
  return (
    <div class="api-docs">
      <div class="api-docs-bar">
        <IconButton
          icon={ArrowLeft}
          label="Back"
          size="sm"
          disabled={trail.at === 0}
          onClick={props.onBack}
        />
        <IconButton
          icon={ArrowRight}
          label="Forward"
          size="sm"
          disabled={trail.at === trail.places.length - 1}
          onClick={props.onForward}
        />
        <IconButton
          icon={House}
          label="Start of the docs"
          size="sm"
          disabled={place.kind === "start"}
          onClick={() => go({ kind: "start" })}
        />
        <Input
          size="sm"
          icon={Search}
          type="search"
          value={text}
          placeholder="Search types and fields"
          aria-label="Search types and fields"
          onValue={setText}
        />
      </div>
      <section class="api-docs-page" aria-label="Docs of the API" tabIndex={0}>
        {text.trim() === "" ? (
          <Shown {...props} place={place} onGo={go} />
        ) : (
          <Hits schema={schema} text={text} onGo={go} />
        )}
      </section>
    </div>
  );
}

type Go = (place: Place) => void;

function Hits({ schema, text, onGo }: { schema: GraphQLSchema; text: string; onGo: Go }) {
  const hits = searchDocs(schema, text);
  if (hits.length === 0) {
    return <p class="api-docs-none">Nothing has "{text.trim()}" in its name or its docs.</p>;
  }
  return (
    <ul class="api-docs-list">
      {hits.map((hit) => (
        <li key={hit.title}>
          <button type="button" class="api-docs-hit" onClick={() => onGo(hit.place)}>
            <code>{hit.title}</code>
            {hit.note !== null && <span>{hit.note}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Shown(props: DocsPanelProps & { place: Place }) {
  const { schema, place, onGo } = props;
  if (place.kind === "start") {
    return <Start schema={schema} onGo={onGo} />;
  }
  const type = schema.getType(place.type);
  if (type === undefined) {
    return <p class="api-docs-none">{place.type} is not there any more.</p>;
  }
  if (place.kind === "type") {
    return <TypePage type={type} onGo={onGo} />;
  }
  const field = fieldsOf(type).find((one) => one.name === place.field);
  if (field === undefined) {
    return <p class="api-docs-none">{place.field} is not there any more.</p>;
  }
  const kind = kindOf(schema, type.name);
  return (
    <>
      <Crumb type={type} onGo={onGo} />
      <h2>
        <code>{field.name}</code>
      </h2>
      {kind !== null && (
        <Button size="sm" icon={Play} onClick={() => props.onTry(type.name, field.name)}>
          Write this {kind}
        </Button>
      )}
      <Description text={field.description} />
      <Part title="Type">
        <TypeLink type={field.type} onGo={onGo} />
      </Part>
      <Arguments field={field} onGo={onGo} />
      <TypeOf field={field} onGo={onGo} />
    </>
  );
}

function Start({ schema, onGo }: { schema: GraphQLSchema; onGo: Go }) {
  return (
    <>
      {rootsOf(schema).map((root) => (
        <Part key={root.name} title={root.name}>
          <Fields type={root} onGo={onGo} />
        </Part>
      ))}
      <Part title="Types">
        <ul class="api-docs-list">
          {typesOf(schema).map((type) => (
            <li key={type.name}>
              <TypeLink type={type} onGo={onGo} />
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

function TypePage({ type, onGo }: { type: GraphQLNamedType; onGo: Go }) {
  return (
    <>
      <p class="api-docs-crumb">{typeWord(type)}</p>
      <h2>
        <code>{type.name}</code>
      </h2>
      <Description text={type.description} />
      {fieldsOf(type).length > 0 && (
        <Part title="Fields">
          <Fields type={type} onGo={onGo} />
        </Part>
      )}
      {isEnumType(type) && (
        <Part title="Values">
          <dl class="api-docs-values">
            {type.getValues().map((value) => (
              <div key={value.name}>
                <dt>
                  <code>{value.name}</code>
                </dt>
                {value.description && <dd>{value.description}</dd>}
              </div>
            ))}
          </dl>
        </Part>
      )}
    </>
  );
}

function typeWord(type: GraphQLNamedType): string {
  if (isObjectType(type)) {
    return "Object";
  }
  if (isInputObjectType(type)) {
    return "Input";
  }
  return isEnumType(type) ? "Enum" : "Scalar";
}

function Crumb({ type, onGo }: { type: GraphQLNamedType; onGo: Go }) {
  return (
    <p class="api-docs-crumb">
      Field of <TypeLink type={type} onGo={onGo} />
    </p>
  );
}

function Fields({ type, onGo }: { type: GraphQLNamedType; onGo: Go }) {
  return (
    <ul class="api-docs-list">
      {fieldsOf(type).map((field) => (
        <li key={field.name} class="api-docs-field">
          <button
            type="button"
            class="api-docs-name"
            onClick={() => onGo({ kind: "field", type: type.name, field: field.name })}
          >
            {field.name}
            {argumentsOf(field).length > 0 && (
              <span class="api-docs-args">
                (
                {argumentsOf(field)
                  .map((one) => one.name)
                  .join(", ")}
                )
              </span>
            )}
            <span class="api-docs-args">:</span>
          </button>{" "}
          <TypeLink type={field.type} onGo={onGo} />
          {field.description && <p class="api-docs-first">{firstLine(field.description)}</p>}
        </li>
      ))}
    </ul>
  );
}

function Arguments({ field, onGo }: { field: AnyField; onGo: Go }) {
  const list = argumentsOf(field);
  if (list.length === 0) {
    return null;
  }
  return (
    <Part title="Arguments">
      <ul class="api-docs-list">
        {list.map((one) => (
          <li key={one.name} class="api-docs-field">
            <code class="api-docs-arg">{one.name}</code>
            <span class="api-docs-colon">: </span>
            <TypeLink type={one.type} onGo={onGo} />
            {one.defaultValue !== undefined && (
              <code class="api-docs-default"> = {JSON.stringify(one.defaultValue)}</code>
            )}
            {one.description && <p class="api-docs-first">{one.description}</p>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The fields that one can ask for below a field, without a way to another page. */
function TypeOf({ field, onGo }: { field: AnyField; onGo: Go }) {
  const type = getNamedType(field.type);
  if (fieldsOf(type).length === 0) {
    return null;
  }
  return (
    <Part title={`Fields of ${type.name}`}>
      <Fields type={type} onGo={onGo} />
    </Part>
  );
}

function TypeLink({ type, onGo }: { type: unknown; onGo: Go }) {
  const text = String(type);
  const name = text.replaceAll(/[[\]!]/g, "");
  const at = text.indexOf(name);
  return (
    <code class="api-docs-type">
      {text.slice(0, at)}
      <button type="button" onClick={() => onGo({ kind: "type", type: name })}>
        {name}
      </button>
      {text.slice(at + name.length)}
    </code>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="api-docs-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Description({ text }: { text: string | null | undefined }) {
  return text ? <Markdown text={text} class="api-docs-text" /> : null;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
