/** A variable of the function's environment. */
export function environment(name: string): string {
  return process.env.has(name) ? process.env.get(name) : "nothing";
}
