import {
  Agent,
  AgentEvent,
  AgentInfo,
  agents,
  Duration,
  models,
  secrets,
  utils,
} from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";
import {
  OpenAIChatModel,
  parseMessages,
  RequestMessage,
  SystemMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";

@json
class CountUpdated extends AgentEvent {
  constructor(public count: i32) {
    super("countUpdated");
  }
}

export class CounterAgent extends Agent {
  private count: i32 = 0;

  get name(): string {
    return "Counter";
  }

  getState(): string | null {
    return this.count.toString();
  }

  setState(data: string | null): void {
    if (data == null) return;
    this.count = i32.parse(data);
  }

  onReceiveMessage(msgName: string, data: string | null): string | null {
    if (msgName != "increment") return null;
    this.count += data == null ? 1 : i32.parse(data);
    this.publishEvent(new CountUpdated(this.count));
    return this.count.toString();
  }
}

agents.register<CounterAgent>();

export function startCounter(): AgentInfo {
  return agents.start("Counter");
}

export function increment(id: string): i32 {
  const count = agents.sendMessage(id, "increment", "2", 10 * Duration.second);
  if (count == null) return 0;
  return i32.parse(count);
}

export function listCounters(): AgentInfo[] {
  return agents.listAll();
}

export function getKeyLength(): i32 {
  return secrets.getSecretValue("KEY").length;
}

@json
class Turn {
  @omitif((self: Turn) => self.number == 0)
  number: i32 = 0;
  history: JSON.Raw = new JSON.Raw("[]");
}

export function chat(history: string, text: string): string {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const messages: RequestMessage[] =
    history == "" ? [new SystemMessage("be brief")] : parseMessages(history);
  messages.push(new UserMessage(text));
  const output = model.invoke(model.createInput(messages));
  messages.push(output.choices[0].message.toAssistantMessage());
  return JSON.stringify(<Turn>{
    number: messages.length,
    history: JSON.Raw.from(JSON.stringify(messages)),
  });
}

export function checkAge(age: i32): string {
  if (age < 0) utils.throwUserError("No one is that young.");
  return "ok";
}
