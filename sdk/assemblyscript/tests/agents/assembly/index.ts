/* Agents, and the functions by which an app deals with those that run. */

import { Agent, AgentEvent, AgentInfo, AgentStatus, Duration, agents } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
class CountUpdated extends AgentEvent {
  count: i32;
  by: string | null;

  constructor(count: i32, by: string | null = null) {
    super("countUpdated");
    this.count = count;
    this.by = by;
  }
}

@json
class Nameless extends AgentEvent {
  constructor() {
    super("");
  }
}

@json
class Bare extends AgentEvent {
  constructor() {
    super("bare");
  }
}

class Counter extends Agent {
  private count: i32 = 0;
  private log: string[] = [];

  get name(): string {
    return "Counter";
  }

  getState(): string | null {
    return this.count.toString();
  }

  setState(data: string | null): void {
    this.log.push("state");
    this.count = data === null || data == "" ? -1 : i32.parse(data);
  }

  onInitialize(): void {
    this.log.push("initialize " + this.id);
  }

  onSuspend(): void {
    this.log.push("suspend");
  }

  onResume(): void {
    this.log.push("resume");
  }

  onTerminate(): void {
    this.log.push("terminate");
    this.publishEvent(new Bare());
  }

  onReceiveMessage(msgName: string, data: string | null): string | null {
    if (msgName == "count") return this.count.toString();
    if (msgName == "log") return this.log.join(",");
    if (msgName == "echo") return data;
    if (msgName == "nameless") this.publishEvent(new Nameless());
    if (msgName == "increment") {
      this.count += data === null ? 1 : i32.parse(data);
      this.publishEvent(new CountUpdated(this.count, data));
      return this.count.toString();
    }
    return null;
  }
}

/** Has only what an agent must have. */
class Quiet extends Agent {
  get name(): string {
    return "Quiet ✨";
  }

  getState(): string | null {
    return null;
  }

  setState(data: string | null): void {}
}

agents.register<Counter>();
agents.register<Quiet>();

export function start(name: string): AgentInfo {
  return agents.start(name);
}

export function stop(id: string): AgentInfo {
  return agents.stop(id);
}

export function getInfo(id: string): AgentInfo {
  return agents.getInfo(id);
}

export function listAll(): AgentInfo[] {
  return agents.listAll();
}

export function send(id: string, msgName: string): string | null {
  return agents.sendMessage(id, msgName);
}

export function sendData(id: string, msgName: string, data: string | null): string | null {
  return agents.sendMessage(id, msgName, data);
}

export function sendFor(id: string, seconds: i64): string | null {
  const timeout: Duration = seconds * Duration.second;
  return agents.sendMessage(id, "m", null, timeout);
}

export function sendAsync(id: string): void {
  agents.sendMessageAsync(id, "m");
  agents.sendMessageAsync(id, "m", "d");
}

export function durations(): i64[] {
  return [
    Duration.zero, Duration.nanosecond, Duration.microsecond, Duration.millisecond,
    Duration.second, Duration.minute, Duration.hour, Duration.maxValue,
  ];
}

export function statuses(): AgentStatus[] {
  return [
    AgentStatus.Starting, AgentStatus.Running, AgentStatus.Suspending, AgentStatus.Suspended,
    AgentStatus.Resuming, AgentStatus.Stopping, AgentStatus.Terminated,
  ];
}

export function infos(): string {
  const one = new AgentInfo("i", "n");
  const other = new AgentInfo("i", "n", AgentStatus.Running);
  const status: AgentStatus = other.status;
  assert(other.id + other.name + status == "inrunning");
  return JSON.stringify([one, other]);
}

export function events(): string {
  const event = new CountUpdated(3, '"');
  const events: AgentEvent[] = [event, new Bare()];
  return event.eventName + JSON.stringify(event) + JSON.stringify(events);
}

/** Nobody has started this agent. */
export function publishUnstarted(): string {
  const counter = new Counter();
  assert(counter.id == "");
  counter.publishEvent(new Bare());
  return counter.id;
}
