import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Session } from "./types.ts";

/** What a server of the API knows: its token, and how pages get it. */
const backend = {
  session: {} as Session,
  token: "",
  header: "x-atoll-token",
  refusal: { status: 401, code: "TOKEN_INVALID" },
  asked: [] as string[],
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? "").replace("/explorer/api/", "");
  backend.asked.push(path);
  const say = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (path === "session") {
    say(200, backend.session);
  } else if (path === "broken") {
    response.writeHead(502).end("<html>no JSON</html>");
  } else if (request.headers[backend.header] !== backend.token) {
    const { status, code } = backend.refusal;
    say(status, { error: { code, message: "No.", hint: "Paste another." } });
  } else if (path === "nothing") {
    response.writeHead(204).end();
  } else {
    say(200, { path, method: request.method });
  }
}

let server: Server;
let client: typeof import("./client.ts");
let sessions: typeof import("./session.ts");

beforeEach(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const real = globalThis.fetch;
  // Of a page, paths are of its own origin.
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    real(`http://127.0.0.1:${port}${path}`, init),
  );
  vi.resetModules();
  client = await import("./client.ts");
  sessions = await import("./session.ts");
  backend.session = { mode: "dev", auth: "given", token: "one", app: "demo", version: "1" };
  backend.token = "one";
  backend.header = "x-atoll-token";
  backend.refusal = { status: 401, code: "TOKEN_INVALID" };
  backend.asked = [];
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The reason for the sign-in panel, once it shows. */
function signInShown(): Promise<string> {
  return new Promise((resolve) => {
    const stop = sessions.signIn.subscribe((wanted) => {
      if (wanted !== null && !wanted.checking) {
        resolve(wanted.reason);
        queueMicrotask(() => stop());
      }
    });
  });
}

describe("with a given token", () => {
  test("the session is asked for once", async () => {
    await Promise.all([client.api.get("a"), client.api.get("b")]);
    await client.api.post("c", { x: 1 });
    expect(backend.asked.filter((path) => path === "session")).toHaveLength(1);
  });

  test("a token of a server that was started anew is fetched, and the request sent again", async () => {
    await client.api.get("a");
    backend.session = { ...backend.session, token: "two" };
    backend.token = "two";
    expect(await client.api.get("b")).toEqual({ path: "b", method: "GET" });
    expect(sessions.signIn.value).toBeNull();
  });

  test("a request is not sent again for ever", async () => {
    backend.token = "never";
    await expect(client.api.get("a")).rejects.toMatchObject({ status: 401, code: "TOKEN_INVALID" });
    expect(backend.asked.filter((path) => path === "a")).toHaveLength(2);
  });
});

describe("with a token that is pasted", () => {
  beforeEach(() => {
    backend.session = { ...backend.session, auth: "typed", token: null };
    backend.token = "printed";
  });

  test("requests wait for it, and then go on", async () => {
    const shown = signInShown();
    const both = Promise.all([client.api.get("a"), client.api.get("b")]);
    expect(await shown).toBe("missing");
    sessions.signInWith(" printed ");
    expect(await both).toHaveLength(2);
    expect(sessions.signIn.value).toBeNull();
  });

  test("a wrong one is refused, and asked for again", async () => {
    const shown = signInShown();
    const asked = client.api.get("a");
    await shown;
    sessions.signInWith("wrong");
    expect(await signInShown()).toBe("refused");
    sessions.signInWith("printed");
    expect(await asked).toMatchObject({ path: "a" });
  });

  test("one that was good tells that the server was started anew", async () => {
    sessions.signInWith("printed");
    await client.api.get("a");
    backend.token = "printed later";
    const shown = signInShown();
    const asked = client.api.get("b");
    expect(await shown).toBe("restarted");
    sessions.signInWith("printed later");
    expect(await asked).toMatchObject({ path: "b" });
  });

  test("a request that is aborted does not wait any longer", async () => {
    const stop = new AbortController();
    const shown = signInShown();
    const asked = client.api.get("a", { signal: stop.signal });
    await shown;
    stop.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("with a bearer token", () => {
  beforeEach(() => {
    backend.session = { ...backend.session, mode: "serve", auth: "bearer", token: null };
    backend.header = "authorization";
    backend.token = "Bearer good";
  });

  test("the word Bearer may be pasted with it", async () => {
    sessions.signInWith("Bearer good");
    expect(await client.api.get("a")).toMatchObject({ path: "a" });
  });

  test("one that has expired is told from one that is wrong", async () => {
    sessions.signInWith("good");
    await client.api.get("a");
    backend.token = "Bearer newer";
    backend.refusal = { status: 401, code: "TOKEN_EXPIRED" };
    const shown = signInShown();
    const asked = client.api.get("b");
    expect(await shown).toBe("expired");
    sessions.signInWith("newer");
    expect(await asked).toMatchObject({ path: "b" });
  });

  test("one without the scope is asked for again", async () => {
    backend.refusal = { status: 403, code: "SCOPE_MISSING" };
    sessions.signInWith("weak");
    const shown = signInShown();
    const asked = client.api.get("a");
    expect(await shown).toBe("scope");
    sessions.signInWith("good");
    expect(await asked).toMatchObject({ path: "a" });
  });
});

describe("errors", () => {
  test("carry what the server said", async () => {
    backend.token = "other";
    backend.refusal = { status: 404, code: "NOT_FOUND" };
    await expect(client.api.get("a")).rejects.toMatchObject({
      status: 404,
      code: "NOT_FOUND",
      message: "No.",
      hint: "Paste another.",
    });
  });

  test("tell the status where the answer is no JSON", async () => {
    await expect(client.api.get("broken")).rejects.toMatchObject({ status: 502, code: "UNKNOWN" });
  });

  test("tell that nobody answers", async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(client.api.get("a")).rejects.toMatchObject({ status: 0, code: "UNREACHABLE" });
  });
});

test("an empty answer is null", async () => {
  expect(await client.api.delete("nothing")).toBeNull();
});

describe("tokenEnd", () => {
  const jwt = (claims: object) => `x.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.y`;

  test("reads when a JSON Web Token ends", () => {
    expect(sessions.tokenEnd(jwt({ exp: 1_700_000_000 }))).toBe(1_700_000_000_000);
  });

  test.each(["", "opaque", "a.b.c", jwt({}), jwt({ exp: "soon" })])("does not of %s", (token) => {
    expect(sessions.tokenEnd(token)).toBeNull();
  });
});
