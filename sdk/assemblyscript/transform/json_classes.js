/*
 * Classes that an app reads or writes as JSON without the decorator that makes this possible. The
 * compiler lets it pass, and the call fails: json-as cannot tell earlier.
 */

import { reportWarning } from "./report.js";

/** What json-as calls for each class, and the member that its decorator adds. */
const CALLED = [
  ["~lib/@hypermode/modus-sdk-as/json/read/readReference", "__DESERIALIZE"],
  ["~lib/@hypermode/modus-sdk-as/json/write/writeReference", "__SERIALIZE"],
];

/** Warn of each such class where it is declared. */
export function warnOfMissingDecorators(program) {
  for (const [internalName, made] of CALLED) {
    for (const instance of program.elementsByName.get(internalName)?.instances?.values() ?? []) {
      const reference = instance.typeArguments?.[0]?.getClass();
      if (!reference || reference.internalName.startsWith("~lib/")) continue;
      if (reference.getMember(made)) continue;
      const { name } = reference.declaration;
      const fix = `write @json before it: @json class ${name.text}`;
      reportWarning(program, name.range, `JSON cannot carry the class ${name.text}; ${fix}`);
    }
  }
}
