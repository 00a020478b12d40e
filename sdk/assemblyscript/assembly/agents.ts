/* The agents of the app: which kinds there are, those that run, and the host's way to the one here. */

import { Agent, AgentInfo } from "./agent";
import { Duration } from "./duration";
import { resultIsInvalid } from "./utils";

// @ts-ignore: decorator
@external("modus_agents", "startAgent")
declare function hostStartAgent(agentName: string): AgentInfo;

// @ts-ignore: decorator
@external("modus_agents", "stopAgent")
declare function hostStopAgent(agentId: string): AgentInfo;

// @ts-ignore: decorator
@external("modus_agents", "getAgentInfo")
declare function hostGetAgentInfo(agentId: string): AgentInfo;

// @ts-ignore: decorator
@external("modus_agents", "listAgents")
declare function hostListAgents(): AgentInfo[];

// @ts-ignore: decorator
@external("modus_agents", "sendMessage")
declare function hostSendMessage(
  agentId: string,
  msgName: string,
  data: string | null,
  timeout: i64,
): MessageResponse;

/** The host's answer to a message. */
class MessageResponse {
  data: string | null = null;
  error: string | null = null;
}

const kinds = new Map<string, Agent>();
let active: Agent | null = null;

/** Makes a kind of agent known. Call it at the top level of the app. */
export function register<T extends Agent>(): void {
  const agent = instantiate<T>();
  kinds.set(agent.name, agent);
}

/** Starts an agent of a kind that the app has registered. */
export function start(name: string): AgentInfo {
  if (!kinds.has(name)) throw new Error("Agent " + name + " not found.");
  const info = hostStartAgent(name);
  if (resultIsInvalid(info)) throw new Error("Failed to start agent " + name + ".");
  return info;
}

/** Ends an agent for good. */
export function stop(agentId: string): AgentInfo {
  checkId(agentId);
  const info = hostStopAgent(agentId);
  if (resultIsInvalid(info)) throw new Error("Failed to stop agent " + agentId + ".");
  return info;
}

/** What there is to know about an agent. */
export function getInfo(agentId: string): AgentInfo {
  checkId(agentId);
  const info = hostGetAgentInfo(agentId);
  if (resultIsInvalid(info)) throw new Error("Failed to get info for agent " + agentId + ".");
  return info;
}

/** All agents that have not ended. */
export function listAll(): AgentInfo[] {
  const agents = hostListAgents();
  if (resultIsInvalid(agents)) throw new Error("Failed to list agents.");
  return agents;
}

/** Sends a message to an agent, and waits for the answer, not longer than `timeout`. */
export function sendMessage(
  agentId: string,
  msgName: string,
  data: string | null = null,
  timeout: Duration = Duration.maxValue,
): string | null {
  checkId(agentId);
  if (msgName.length == 0) throw new Error("Message name cannot be empty.");
  if (timeout < 0) throw new Error("Timeout cannot be negative.");
  const response = hostSendMessage(agentId, msgName, data, timeout);
  if (resultIsInvalid(response)) {
    throw new Error("Failed to send message " + msgName + " to agent " + agentId + ".");
  }
  const error = response.error;
  if (error !== null) throw new Error(error);
  return response.data;
}

/** Sends a message to an agent, and does not wait for an answer. */
export function sendMessageAsync(agentId: string, msgName: string, data: string | null = null): void {
  sendMessage(agentId, msgName, data, Duration.zero);
}

function checkId(agentId: string): void {
  if (agentId.length == 0) throw new Error("Agent ID cannot be empty.");
}

/*
 * What every app exports, under these names, for the host to run the agent that this instance of
 * the module is for.
 */

/** Makes this instance the home of one agent. */
export function _modus_agent_activate(name: string, id: string): void {
  if (active !== null) throw new Error("An agent is already active in this instance.");
  if (!kinds.has(name)) throw new Error("Agent " + name + " not found.");
  const agent = kinds.get(name);
  agent.__activate(id);
  active = agent;
}

/** What the host shall keep of the agent. */
export function _modus_agent_get_state(): string | null {
  return activeAgent().getState();
}

/** Gives the agent back what the host has kept. */
export function _modus_agent_set_state(data: string | null): void {
  activeAgent().setState(data);
}

/** Tells the agent of a turn in its life: `initialize`, `suspend`, `resume` or `terminate`. */
export function _modus_agent_handle_event(action: string): void {
  const agent = activeAgent();
  if (action == "initialize") agent.onInitialize();
  else if (action == "suspend") agent.onSuspend();
  else if (action == "resume") agent.onResume();
  else if (action == "terminate") agent.onTerminate();
  else throw new Error("Unknown agent event: " + action);
}

/** Hands the agent a message, and gives its answer. */
export function _modus_agent_handle_message(msgName: string, data: string | null): string | null {
  return activeAgent().onReceiveMessage(msgName, data);
}

function activeAgent(): Agent {
  const agent = active;
  if (agent === null) throw new Error("No agent is active in this instance.");
  return agent;
}
