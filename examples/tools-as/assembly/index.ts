/* Lets a model use functions of ours: it says which to call, we call them and tell it the results. */

import { models } from "@hypermode/modus-sdk-as";
import {
  OpenAIChatModel,
  RequestMessage,
  SystemMessage,
  Tool,
  ToolCall,
  ToolMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { JSON } from "json-as";

const MAX_ROUNDS = 5;

@json
class StockRequest {
  product!: string;
}

/**
 * Answers a question about what a shop has in stock.
 */
export function askShop(question: string): string {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const stock = Tool.forFunction("getStock", "How many pieces of a product are in stock.").withParameter(
    "product",
    "string",
    "The product's name, in the singular.",
  );
  const messages: RequestMessage[] = [
    new SystemMessage("You work in a shop. Answer in one sentence."),
    new UserMessage(question),
  ];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const input = model.createInput(messages);
    input.tools = [stock];
    const message = model.invoke(input).choices[0].message;
    if (message.toolCalls.length == 0) {
      return message.content;
    }
    messages.push(message.toAssistantMessage());
    for (let i = 0; i < message.toolCalls.length; i++) {
      const call = message.toolCalls[i];
      messages.push(new ToolMessage(runTool(call), call.id));
    }
  }
  throw new Error(`The model still asked for tools after ${MAX_ROUNDS} rounds.`);
}

function runTool(call: ToolCall): string {
  if (call.function.name == "getStock") {
    return getStock(JSON.parse<StockRequest>(call.function.arguments).product).toString();
  }
  return `There is no tool ${call.function.name}.`;
}

/**
 * How many pieces of a product are in stock.
 */
export function getStock(product: string): i32 {
  const name = product.toLowerCase();
  if (name == "apple") return 140;
  if (name == "pear") return 12;
  return 0;
}
