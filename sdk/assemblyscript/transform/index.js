/*
 * The compiler transform of Atoll's AssemblyScript SDK: it describes the app's functions in the
 * module's metadata. It must stand before json-as's transform, whose work it prepares.
 */

import { Transform } from "assemblyscript/dist/transform.js";

import { describeModule } from "./describe.js";
import { exportedFunctions } from "./exports.js";
import { rewriteOmitIf } from "./omitif.js";
import { addSections } from "./sections.js";
import { checkSignature, keepTypes } from "./types.js";

export default class MetadataTransform extends Transform {
  afterParse(parser) {
    rewriteOmitIf(parser);
  }

  afterInitialize(program) {
    this.functions = exportedFunctions(program);
    for (const { name, prototype } of this.functions) {
      const instance = program.resolver.resolveFunction(prototype, null);
      if (instance !== null && checkSignature(program, name, instance)) {
        // Before code is made of the program: a class of which only the host makes instances would
        // otherwise be missing from the module's table of types.
        keepTypes(instance.signature);
      }
    }
    for (const functions of program.moduleImports.values()) {
      for (const element of functions.values()) {
        if (element.signature) keepTypes(element.signature);
      }
    }
  }

  afterCompile(module) {
    addSections(module, describeModule(this.program, this.functions, process.env));
  }
}
