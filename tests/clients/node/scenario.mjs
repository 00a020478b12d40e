/* Runs one of a script's functions, whose result it prints as JSON:
   node apollo.mjs URL SCENARIO [ARGUMENT] */

const [, , url, name, argument] = process.argv;

export async function run(scenarios) {
  const result = await scenarios[name](url, argument && JSON.parse(argument));
  // Connections that are kept open would keep the process, too.
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

/* The values of an async iterator, at most `count` of them: then it is told that we leave. */
export async function take(iterator, count) {
  const taken = [];
  for await (const value of iterator) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

/* What a promise is rejected with. */
export async function rejection(promise) {
  try {
    const value = await promise;
    return { unexpected: value };
  } catch (error) {
    return error;
  }
}
