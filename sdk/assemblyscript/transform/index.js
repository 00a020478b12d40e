/*
 * The compiler transform of Atoll's AssemblyScript SDK: it describes the app's functions in the
 * module's metadata. It must stand before json-as's transform, whose work it prepares.
 */

import { Transform } from "assemblyscript/dist/transform.js";

import { exportAgentHooks } from "./agent_hooks.js";
import { describeModule } from "./describe.js";
import { Comments } from "./docs.js";
import { addConversions, convertOldTypes } from "./eras.js";
import { refuseExceptions } from "./exceptions.js";
import { exportedFunctions } from "./exports.js";
import { warnOfMissingDecorators } from "./json_classes.js";
import { rewriteOmitIf } from "./omitif.js";
import { addSections } from "./sections.js";
import { checkElement, prepareStreams } from "./streams.js";
import { checkSignature, problemOf } from "./types.js";
import { warnOfSurprisingExports } from "./unlisted.js";

convertOldTypes();

export default class MetadataTransform extends Transform {
  comments = new Comments(this.program.parser);

  afterParse(parser) {
    refuseExceptions(parser);
    rewriteOmitIf(parser);
    prepareStreams(parser);
    addConversions(parser);
    exportAgentHooks(parser);
  }

  /** The ids of classes are final here: the compiler gives them while it resolves types. */
  afterCompile(module) {
    const functions = exportedFunctions(this.program, this.binaryen, module);
    for (const { name, instance } of functions) {
      checkSignature(this.program, name, instance);
      checkElement(this.program, name, instance, problemOf);
    }
    warnOfSurprisingExports(this.program, functions);
    warnOfMissingDecorators(this.program);
    addSections(module, describeModule(this.program, functions, this.comments, process.env));
  }
}
