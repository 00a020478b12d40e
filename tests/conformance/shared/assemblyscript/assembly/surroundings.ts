import { auth, http, localtime, models, secrets } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";

@json
class Claims {
  sub: string = "";
}

export function timeZone(): string {
  return localtime.getTimeZone();
}

export function isTimeZone(name: string): bool {
  return localtime.isValidTimeZone(name);
}

export function whoAmI(): string {
  return auth.getJWTClaims<Claims>().sub;
}

export function variable(name: string): string {
  return process.env.has(name) ? process.env.get(name) : "";
}

export function ask(model: string, prompt: string): string {
  const found = models.getModel<OpenAIChatModel>(model);
  const output = found.invoke(found.createInput([new UserMessage(prompt)]));
  return output.choices[0].message.content;
}

export function fetch(url: string): string {
  const response = http.fetch(url);
  return `${response.status} ${response.text()}`;
}

export function secret(name: string): string {
  return secrets.getSecretValue(name);
}
