/**
 * What the server's API under `/explorer/api` takes and gives. `docs/explorer-api.md` describes it.
 *
 * Times of day are milliseconds since the epoch, durations are milliseconds.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The body of every answer whose status is 400 or more. */
export interface ApiFailure {
  error: { code: string; message: string; hint: string | null };
}

/** `GET session`: needs no token, but a page of this very origin. */
export interface Session {
  mode: "dev" | "serve";
  /**
   * How other requests prove who sends them: `given` with `token` as the header `X-Atoll-Token`, `typed`
   * with the token that the server printed when it started, `bearer` with `Authorization: Bearer` and a
   * token of the app's endpoint.
   */
  auth: "given" | "typed" | "bearer";
  token: string | null;
  app: string;
  /** Of Atoll. */
  version: string;
}

/** `GET state`, and the data of the event `state`. */
export interface State {
  app: string;
  language: "python" | "assemblyscript" | "go";
  /** Where its source is, for links to an editor; null in `serve`. */
  folder: string | null;
  /** Grows each time that the app was loaded anew: what was asked of it before may be out of date. */
  generation: number;
  endpoints: Endpoint[];
  features: {
    /** Whether functions' arguments and results are kept in the list of calls. */
    arguments: boolean;
    /** Whether source files can be read. */
    source: boolean;
    /** Whether models can be asked again. */
    replay: boolean;
  };
  build: Build;
}

export interface Endpoint {
  name: string;
  path: string;
  auth: "none" | "bearer-token";
}

export type Build =
  | { state: "ok"; at: number; ms: number | null }
  | { state: "building"; at: number }
  | { state: "failed"; at: number; problems: Problem[] };

export interface Problem {
  code: string;
  message: string;
  hint: string | null;
  /** Relative to the app's folder where it is inside of it. */
  file: string | null;
  line: number | null;
  column: number | null;
}

// Functions ------------------------------------------------------------------------------------------

/** `GET functions`. */
export interface Functions {
  generation: number;
  functions: FunctionInfo[];
  /** All types that functions mention, by their names in the GraphQL schema. */
  types: Record<string, TypeInfo>;
}

export interface FunctionInfo {
  /** Of the field in the GraphQL schema: `person` for `getPerson`. */
  field: string;
  operation: "query" | "mutation" | "subscription";
  /** As calls and inferences are recorded: `getPerson`. */
  name: string;
  /** As the source has it: `get_person`. */
  export: string;
  description: string | null;
  arguments: InputField[];
  /** GraphQL's notation: `[Person!]!`. */
  result: string;
  file: string | null;
  line: number | null;
  /** Whether it is Atoll's own, such as the ticks of a server. */
  builtIn: boolean;
}

export interface InputField {
  name: string;
  type: string;
  description: string | null;
  /** As it stands in GraphQL: `"x"`, `[1, 2]`; null for none. */
  default: string | null;
  /** Whether it has to be given. */
  required: boolean;
}

export type TypeInfo =
  | { kind: "object"; name: string; description: string | null; fields: OutputField[] }
  | { kind: "input"; name: string; description: string | null; fields: InputField[] }
  | {
      kind: "enum";
      name: string;
      description: string | null;
      values: { name: string; description: string | null }[];
    }
  | { kind: "scalar"; name: string; description: string | null };

export interface OutputField {
  name: string;
  type: string;
  description: string | null;
}

/** `GET schema`. */
export interface Schema {
  generation: number;
  sdl: string;
}

// Calls ----------------------------------------------------------------------------------------------

export type CallStatus = "running" | "ok" | "failed" | "cancelled";

/** A call in the list: `GET calls`, and the data of the event `call`. */
export interface CallSummary {
  id: string;
  /** Of the function; `FunctionInfo.name`. */
  function: string;
  /** Why it was called. */
  reason: "request" | "embedder";
  status: CallStatus;
  startedAt: number;
  /** Null while it is running. */
  ms: number | null;
  /** That it waited for a free sandbox. */
  queueMs: number;
  /** Until its instance was ready. */
  instantiateMs: number;
  /** That at least one of its host functions was at work. */
  hostMs: number;
  /** The rest: the function itself. */
  guestMs: number;
  operations: number;
  lines: number;
  /** The first error, if there is any: `status` may be `ok` all the same. */
  error: { code: string; message: string } | null;
}

/** `GET calls?limit=&before=ID`: newest first. `DELETE calls` forgets them. */
export interface Calls {
  calls: CallSummary[];
  /** How many have been forgotten, since only the newest are kept. */
  forgotten: number;
}

/** `GET calls/ID`. */
export interface Call extends CallSummary {
  /** By parameter; null where they are not kept. */
  arguments: Kept | null;
  result: Kept | null;
  timeline: HostOperation[];
  /** How many of its host operations are not in `timeline`, which is bounded. */
  operationsNotKept: number;
  log: LogLine[];
  errors: CallError[];
}

/** A value, or the beginning of its JSON where it is too long to be kept. */
export type Kept = { value: Json } | { beginning: string; bytes: number };

/** What a call asked of its host, or a span that the function made itself. */
export interface HostOperation {
  /** `models.invoke`, `http.fetch`, `sql.query`, ...; of a span its own name. */
  name: string;
  kind: "operation" | "span";
  /** The connection, model or collection. */
  target: string | null;
  /** What was asked, in a few words: `POST api.example.com`. */
  detail: string | null;
  /** Since the start of the call. */
  startMs: number;
  /** Null while it is running. */
  ms: number | null;
  /** The code of its error. */
  failure: string | null;
  /** How many operations and spans it is inside of. */
  depth: number;
  /** How often in a row, of operations that are shown as one: the parts of a stream. */
  times: number;
}

export interface LogLine {
  /** Since the start of the call. */
  atMs: number;
  level: "stdout" | "stderr" | "trace" | "debug" | "info" | "warning" | "error" | "fatal";
  text: string;
}

export interface CallError {
  code: string;
  message: string;
  hint: string | null;
  /** In full, as the log has it. */
  detail: string | null;
  /** Innermost last, where they are known. */
  frames: Frame[];
}

export interface Frame {
  /** Relative to the app's folder. */
  file: string;
  line: number;
  column: number | null;
  function: string | null;
  /** Whether it is the app's own source, which `GET source` shows. */
  own: boolean;
}

/** `GET source?file=&line=`: the lines around one, of a file of the app. */
export interface Source {
  file: string;
  /** Absolute, for links to an editor. */
  path: string;
  line: number;
  /** The number of the first of `lines`. */
  first: number;
  lines: string[];
}

// Models ---------------------------------------------------------------------------------------------

/** `GET inferences?model=&function=&call=&status=ok|failed|cancelled&search=&since=&before=ID&limit=`: newest first. */
export interface Inferences {
  inferences: InferenceSummary[];
  /** Whether there are older ones. */
  more: boolean;
  /** Why there is no history, if there is none. */
  unavailable: string | null;
}

export interface InferenceSummary {
  id: string;
  startedAt: number;
  ms: number;
  firstByteMs: number | null;
  model: string;
  sourceModel: string | null;
  connection: string | null;
  function: string | null;
  call: string | null;
  status: "ok" | "failed" | "cancelled";
  failure: string | null;
  streamed: boolean;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: number | null;
  currency: string | null;
  /** The last that was asked, as one line of text. */
  question: string;
  /** What was answered, as one line of text. */
  answer: string;
}

/** `GET inferences/ID`. */
export interface Inference extends InferenceSummary {
  input: Json;
  output: Json;
  /** Whether a part of input or output was not stored. */
  truncated: boolean;
  attempts: number;
  /** Both as a conversation, where their form is known. */
  conversation: Message[] | null;
}

export interface Message {
  role: "system" | "user" | "assistant" | "tool";
  parts: Part[];
  /** Whether it is of the answer. */
  answer: boolean;
}

export type Part =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  /** `source` is a `data:` URL, or the address of an image, which is not fetched. */
  | { type: "image"; source: string }
  | { type: "audio"; format: string }
  | { type: "file"; name: string }
  | { type: "toolCall"; id: string; name: string; arguments: Json }
  | { type: "toolResult"; id: string; content: string }
  /** Numbers of an embedding or of a classification. */
  | { type: "data"; value: Json };

/** `GET inferences/usage?since=&buckets=`. */
export interface Usage {
  since: number;
  /** How long a bucket is. */
  bucketMs: number;
  models: ModelUsage[];
}

export interface ModelUsage {
  model: string;
  count: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  currency: string | null;
  /** Of those that succeeded. */
  medianMs: number | null;
  p95Ms: number | null;
  /** Without those in which nothing was asked. */
  buckets: {
    at: number;
    count: number;
    failed: number;
    inputTokens: number;
    outputTokens: number;
    cost: number | null;
    medianMs: number | null;
  }[];
}

/** `POST replay`: ask a model anew. */
export interface ReplayRequest {
  model: string;
  /** What the model's interface takes: `Inference.input`, with its settings changed or not. */
  input: Json;
}

export interface Replay {
  output: Json;
  conversation: Message[] | null;
  ms: number;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: number | null;
  currency: string | null;
}

// Collections ----------------------------------------------------------------------------------------

/** `GET collections`. */
export interface Collections {
  collections: CollectionInfo[];
}

export interface CollectionInfo {
  name: string;
  namespaces: { name: string; texts: number }[];
  methods: SearchMethod[];
  /** Where it is in `modus.json`. */
  location: Location | null;
}

export interface SearchMethod {
  name: string;
  embedder: string;
  distance: "dot" | "cosine" | "euclidean";
  index: string;
  dimension: number | null;
  vectors: number;
  /** What `atoll collections stats` says of it: "ready", "being embedded anew". */
  state: string;
}

/** `GET collections/NAME/entries?namespace=&after=KEY&limit=&search=`: by key. `key=KEY` asks for that one alone. */
export interface Entries {
  entries: Entry[];
  more: boolean;
}

export interface Entry {
  namespace: string;
  key: string;
  text: string;
  labels: string[];
  metadata: { [name: string]: Json };
}

/** `POST collections/NAME/search`. */
export interface SearchRequest {
  method: string;
  mode: "vector" | "text" | "hybrid";
  text: string;
  /** Empty for the one without a name. */
  namespaces: string[];
  filter: Json;
  limit: number;
}

export interface SearchAnswer {
  ms: number;
  hits: (Entry & { distance: number; score: number })[];
}

/**
 * `GET collections/NAME/map?method=&namespace=&limit=`: vectors in two dimensions (principal components).
 * Of all namespaces where none is named; `namespace=` names the one without a name.
 */
export interface VectorMap {
  points: {
    namespace: string;
    key: string;
    x: number;
    y: number;
    label: string | null;
    text: string;
  }[];
  /** How much of the variance the axes show, 0 to 1. */
  explained: [number, number];
  /** How many vectors there are; `points` is a sample of them if fewer. */
  total: number;
}

// Manifest -------------------------------------------------------------------------------------------

/** `GET manifest`. */
export interface Manifest {
  file: string;
  endpoints: (Endpoint & { location: Location | null })[];
  connections: ConnectionInfo[];
  models: ModelInfo[];
  secrets: SecretInfo[];
  limits: LimitInfo[];
  collections: { name: string; location: Location | null }[];
  /** What the manifest's reader warned of. */
  warnings: Problem[];
}

/** A place in `modus.json`. */
export interface Location {
  line: number;
  column: number;
}

export interface ConnectionInfo {
  name: string;
  type: string;
  /** Without credentials: `https://api.openai.com/`. */
  target: string;
  /** Names of the secrets that it needs. */
  secrets: string[];
  location: Location | null;
}

/** `POST connections/NAME/check`. */
export interface Health {
  ok: boolean;
  /** What was found out, or what failed. */
  message: string;
  hint: string | null;
  ms: number;
}

export interface ModelInfo {
  name: string;
  sourceModel: string;
  provider: string | null;
  connection: string;
  interface: string | null;
  /** Of models that run here: whether they are; null of others. */
  installed: boolean | null;
  hint: string | null;
  location: Location | null;
}

export interface SecretInfo {
  /** Of the variable. */
  name: string;
  set: boolean;
  /** What needs it: `connections.openai`. */
  usedBy: string[];
}

export interface LimitInfo {
  name: string;
  value: number | string;
  unit: string;
  /** Whether `modus.json`, a variable or an option says so. */
  changed: boolean;
  description: string;
}

// Events ---------------------------------------------------------------------------------------------

/** `GET events` (server-sent events): `event` is the member's name, `data` is its JSON. */
export interface Events {
  /** First, and at each change of the app or its build. */
  state: State;
  /** When a call starts, and when it has ended; several of one moment come together. */
  calls: CallSummary[];
  /** The list of calls was emptied. */
  cleared: null;
}
