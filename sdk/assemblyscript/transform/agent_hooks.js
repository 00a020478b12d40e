/*
 * Every module exports the five functions by which a host drives its agents. They stand in a file
 * of the SDK's library folder; making an entry of it exports them, without a change of the app.
 */

import { SourceKind } from "./compiler.js";

const HOOKS = "~lib/modus_agent_hooks";

export function exportAgentHooks(parser) {
  const index = parser.sources.findIndex((source) => source.internalPath === HOOKS);
  if (index < 0) return;
  const [hooks] = parser.sources.splice(index, 1);
  hooks.sourceKind = SourceKind.UserEntry;
  // Last, so that the app's own code and the runtime start first.
  parser.sources.push(hooks);
}
