/* What an agent is: an object of the app that lives on between calls, kept by the host. */

import { JSON } from "json-as";

// @ts-ignore: decorator
@external("modus_agents", "publishEvent")
declare function hostPublishEvent(agentId: string, eventName: string, eventData: string | null): void;

/** In which state an agent is: one of the words of the namespace of this name. */
export type AgentStatus = string;

/** The states of an agent. */
export namespace AgentStatus {
  export const Starting = "starting";
  export const Running = "running";
  export const Suspending = "suspending";
  export const Suspended = "suspended";
  export const Resuming = "resuming";
  export const Stopping = "stopping";
  export const Terminated = "terminated";
}

/** What there is to know about an agent from outside. */
@json
export class AgentInfo {
  readonly id: string;
  readonly name: string;
  readonly status: string;

  constructor(id: string, name: string, status: AgentStatus = "") {
    this.id = id;
    this.name = name;
    this.status = status;
  }
}

/** Something to tell an agent's subscribers. Its other fields, as JSON, are what they are told. */
@json
export abstract class AgentEvent {
  @omit
  readonly eventName: string;

  constructor(eventName: string) {
    if (eventName.length == 0) throw new Error("Event name cannot be empty.");
    this.eventName = eventName;
  }
}

/** The base of every agent class. */
export abstract class Agent {
  private _id: string = "";

  /** Set by the host when it starts the agent; empty before. */
  get id(): string {
    return this._id;
  }

  /** The name of this kind of agent, as `agents.start` takes it. */
  abstract get name(): string;

  /** What the host shall keep while the agent is not in memory. */
  abstract getState(): string | null;

  /** Takes back what `getState` gave. */
  abstract setState(data: string | null): void;

  /** When the agent has been started. */
  onInitialize(): void {}

  /** Before the agent leaves memory for a while. */
  onSuspend(): void {}

  /** When the agent is back in memory, its state already set. */
  onResume(): void {}

  /** Before the agent ends for good. */
  onTerminate(): void {}

  /** Handles a message, and gives its answer. */
  onReceiveMessage(msgName: string, data: string | null): string | null {
    return null;
  }

  /** Tells an event to whoever listens to this agent. */
  publishEvent(event: AgentEvent): void {
    if (this._id.length == 0) throw new Error("An agent can publish events only once it is started.");
    hostPublishEvent(this._id, event.eventName, JSON.stringify<AgentEvent>(event));
  }

  /** For the SDK: the host has started this agent. */
  __activate(id: string): void {
    this._id = id;
  }
}
