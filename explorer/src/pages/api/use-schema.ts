import { buildSchema, type GraphQLSchema } from "graphql";
import { useMemo, useRef } from "preact/hooks";
import type { ApiError } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Schema } from "../../api/types.ts";

export interface LoadedSchema {
  /** The last that could be read: it stays while the app cannot be built. */
  schema: GraphQLSchema | null;
  error: { message: string; hint?: string | null } | ApiError | null;
  reload: () => void;
}

/** The schema of the app, anew each time that the app was loaded anew. */
export function useSchema(): LoadedSchema {
  const { data, error, reload } = useResource<Schema>("schema");
  const last = useRef<GraphQLSchema | null>(null);
  const built = useMemo(() => (data === null ? null : build(data.sdl)), [data?.sdl]);
  if (built?.schema) {
    last.current = built.schema;
  }
  return { schema: last.current, error: error ?? built?.error ?? null, reload };
}

function build(sdl: string): { schema: GraphQLSchema | null; error: { message: string } | null } {
  try {
    // The server has validated it.
    return { schema: buildSchema(sdl, { assumeValid: true }), error: null };
  } catch (error) {
    const message = `The schema could not be read: ${error instanceof Error ? error.message : error}`;
    return { schema: null, error: { message } };
  }
}
