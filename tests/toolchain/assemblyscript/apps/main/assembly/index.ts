import { http } from "@hypermode/modus-sdk-as";

export function sayHello(name: string | null = null): string {
  return `Hello, ${name || "World"}!`;
}

export function getText(url: string): string {
  const response = http.fetch(url);
  if (!response.ok) throw new Error(`Answered ${response.status}`);
  return response.text();
}
