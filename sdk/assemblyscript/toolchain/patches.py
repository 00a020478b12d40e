"""What Atoll changes in the packages of the compiler.

json-as 1.2.3, by Jairus Tanaka, is under the MIT licence; its LICENSE stays. Its parser reads
beyond the end of broken texts, loses its place in strings with brackets or ends of strings, and
gives NUL for ``\\/``; its writer counts on sizes that it has not made sure of. Both are replaced
by ``json/`` of the SDK, which json-as calls. Its decorators, its generated defaults and its classes
(``JSON.Raw``, ``JSON.Value``, ``JSON.Obj``, ``JSON.Box``) are as they were.

AssemblyScript 0.28.13, under the Apache licence, carries its library in the compiler's own file;
its reader of numbers was wrong by powers of ten. What it has for editors says less.

Every change names an exact text that must be there exactly once, so that another version is
refused instead of half changed.
"""

# ruff: noqa: E501 - lines of JavaScript are as they are

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

VERSIONS = {"json-as": "1.2.3", "assemblyscript": "0.28.13"}
NOTICE = "// Changed by Atoll: see sdk/assemblyscript/toolchain/patches.py in its sources.\n"


class PatchError(RuntimeError):
    """A package is not as the patches expect it."""


@dataclass(frozen=True, slots=True)
class Replace:
    """One text becomes another."""

    old: str
    new: str

    def __call__(self, text: str) -> str:
        at = _only(text, self.old)
        return text[:at] + self.new + text[at + len(self.old) :]


@dataclass(frozen=True, slots=True)
class Cut:
    """What stands from one text, included, up to another, excluded, becomes a third."""

    start: str
    stop: str
    new: str

    def __call__(self, text: str) -> str:
        start, stop = _only(text, self.start), _only(text, self.stop)
        if stop < start:
            raise PatchError(f"{self.stop!r} stands before {self.start!r}")
        return text[:start] + self.new + text[stop:]


def apply(node_modules: Path) -> None:
    """Change the packages in ``node_modules``, as npm has put them there. Raises PatchError."""
    for package, version in VERSIONS.items():
        if f'"version": "{version}"' not in (node_modules / package / "package.json").read_text():
            raise PatchError(f"the patches are for {package} {version}")
    for name, changes in CHANGES.items():
        file = node_modules / name
        text = file.read_text(encoding="utf-8")
        for change in changes:
            text = change(text)
        file.write_text(NOTICE + text, encoding="utf-8")


def _only(text: str, part: str) -> int:
    if text.count(part) != 1:
        raise PatchError(f"found {text.count(part)} times instead of once: {part!r}")
    return text.index(part)


INDEX: tuple[Callable[[str], str], ...] = (
    # The readers and writers that are replaced are not shipped.
    Cut(
        'import { bs } from "../lib/as-bs";\n',
        "/**\n * Offset of the 'storage' property",
        'import { bs } from "../lib/as-bs";\n'
        'import { Entries } from "@hypermode/modus-sdk-as/json/entries";\n'
        "import { readField, readText, readValue } "
        'from "@hypermode/modus-sdk-as/json/read";\n'
        "import { writeRaw, writeText, writeValue } "
        'from "@hypermode/modus-sdk-as/json/write";\n',
    ),
    # The public functions. `out`, a string to write over, is not used any more: strings are
    # constants to everybody else.
    Cut(
        "  /**\n   * Serializes valid JSON data\n",
        "  export type Types = u16;\n",
        """\
  /** The JSON of a value. */
  export function stringify<T>(data: T, out: string | null = null): string {
    return writeText<T>(data);
  }

  /** The value that a JSON text says. Throws if it is not JSON or not of the type. */
  export function parse<T>(data: string): T {
    return readText<T>(data);
  }

""",
    ),
    # Signed integers were taken for unsigned ones, so that -1 became 4294967295.
    Replace(
        """\
      if (value instanceof u8 || value instanceof i8) return JSON.Types.U8;
      if (value instanceof u16 || value instanceof i16) return JSON.Types.U16;
      if (value instanceof u32 || value instanceof i32) return JSON.Types.U32;
      if (value instanceof u64 || value instanceof i64) return JSON.Types.U64;
""",
        """\
      if (value instanceof u8) return JSON.Types.U8;
      if (value instanceof u16) return JSON.Types.U16;
      if (value instanceof u32) return JSON.Types.U32;
      if (value instanceof u64) return JSON.Types.U64;
""",
    ),
    # Unsigned integers of other sizes than that of an address did not compile.
    Replace(
        "if (isInteger<T>() && !isSigned<T>() && changetype<usize>(value) == 0 &&"
        ' nameof<T>() == "usize") return JSON.Types.Null;',
        "if (isInteger<T>() && !isSigned<T>() && sizeof<T>() == sizeof<usize>() &&"
        ' changetype<usize>(value) == 0 && nameof<T>() == "usize") return JSON.Types.Null;',
    ),
    Replace(
        "else if (isInteger<T>() && !isSigned<T>() && changetype<usize>(value) == 0 &&",
        "else if (isInteger<T>() && !isSigned<T>() && sizeof<T>() == sizeof<usize>() &&"
        " changetype<usize>(value) == 0 &&",
    ),
    # Strings were not escaped, and integers with a sign not known.
    Cut(
        "    toString(): string {\n      switch (this.type) {\n",
        "    @unsafe private __visit(cookie: u32): void {\n",
        """\
    toString(): string {
      return writeText<JSON.Value>(this);
    }

""",
    ),
    # The collector took away what only a JSON.Value of type Raw referred to.
    Replace(
        "      if (this.type >= JSON.Types.String) {\n",
        "      if (this.type >= JSON.Types.String || this.type == JSON.Types.Raw) {\n",
    ),
    # What the generated code calls.
    Cut(
        "  /**\n   * Serializes JSON data but writes directly to the buffer.\n",
        "  export namespace Util {\n",
        """\
  export function __serialize<T>(data: T): void {
    writeValue<T>(data);
  }

  export function __write(text: string): void {
    writeRaw(text);
  }

  export function __deserialize<T>(srcStart: usize, srcEnd: usize, dst: usize = 0): T {
    return readValue<T>(srcStart, srcEnd);
  }

  export function __entries(srcStart: usize, srcEnd: usize): Entries {
    return new Entries(srcStart, srcEnd);
  }

  export function __field<T>(object: usize, offset: usize, start: usize, end: usize): void {
    readField<T>(object, offset, start, end);
  }

""",
    ),
    Cut(
        "    /**\n     * Serializes JSON data. Don't use this directly, use `JSON.stringify` instead.\n",
        "export enum JSONMode {\n",
        """\
    export function stringify<T>(data: T, out: string | null = null): string {
      return writeText<T>(data);
    }
  }
}

""",
    ),
)

# The size of the buffer was summed up from what writers said they would need, not from what was
# written, so that one who said too little wrote beyond its end.
BUFFER: tuple[Callable[[str], str], ...] = (
    Cut(
        "    if (offset + usize(size) > bufferSize + changetype<usize>(buffer)) {\n",
        "  /**\n   * Proposes that the buffer size is should be greater than or equal to the proposed"
        " size.\n   * If necessary, reallocates the buffer to the exact new size.\n"
        "   * @param size - The size to propose.\n   */\n"
        "  // @ts-ignore: decorator\n  @inline export function proposeSize(",
        """\
    const used = offset - changetype<usize>(buffer);
    if (used + usize(size) > bufferSize) {
      bufferSize = max<usize>(bufferSize << 1, used + usize(size) + MIN_BUFFER_SIZE);
      // @ts-ignore: exists
      const newPtr = changetype<ArrayBuffer>(__renew(changetype<usize>(buffer), bufferSize));
      offset = changetype<usize>(newPtr) + used;
      buffer = newPtr;
    }
  }

  /** Give memory back after a long text. */
  export function release(): void {
    if (bufferSize > KEPT_BUFFER_SIZE) resize(<u32>MIN_BUFFER_SIZE);
  }

""",
    ),
    Cut(
        "    if ((stackSize += size) > bufferSize) {\n      const deltaBytes = size;\n",
        "  /**\n   * Increases the proposed size by n + MIN_BUFFER_SIZE if necessary.\n",
        "    ensureSize(size);\n  }\n\n",
    ),
    Cut(
        "    if ((stackSize += size) > bufferSize) {\n      const deltaBytes = usize(size) +",
        "  /**\n   * Resizes the buffer to the specified size.\n",
        "    ensureSize(size);\n  }\n\n",
    ),
    Replace(
        "const MIN_BUFFER_SIZE: usize = 128;\n",
        "const MIN_BUFFER_SIZE: usize = 128;\nconst KEPT_BUFFER_SIZE: usize = 1 << 20;\n",
    ),
    # A cache that is off by default was filled with zeros at every start of an instance: 1 MiB, in
    # apps that never write JSON as well.
    Replace("export const CACHE_SIZE = 4096;", "export const CACHE_SIZE = 1;"),
    Replace("export const ARENA_SIZE = 1 << 20;", "export const ARENA_SIZE = 16;"),
)

TRANSFORM: tuple[Callable[[str], str], ...] = (
    # A class without @json in a class with it ended the build with a trace of the transform.
    Cut(
        "        if (!node.decorators?.length ||\n            !node.decorators.some((decorator) => {\n",
        "        this.visitClassDeclaration(node);\n    }\n    resolveType(",
        """\
        if (!node.decorators?.some((decorator) => {
            const name = decorator.name.text;
            return name === "json" || name === "serializable";
        })) {
            const message = DiagnosticMessage.create(102, 2, "");
            message.message = `${node.name.text} is part of a class with @json; write @json before it: @json class ${node.name.text}`;
            this.parser.diagnostics.push(message.withRange(node.name.range));
            node.decorators = node.decorators ?? [];
            node.decorators.push(Node.createDecorator(Node.createIdentifierExpression("json", node.name.range), null, node.name.range));
        }
""",
    ),
    Replace(
        'import { Node, Type } from "assemblyscript/dist/assemblyscript.js";\n',
        'import { DiagnosticMessage, Node, Type } from "assemblyscript/dist/assemblyscript.js";\n',
    ),
    # Its other errors had no place that the compiler could show.
    Cut(
        "    const err = new Error();\n",
        "    throw err;\n",
        """\
    const found = DiagnosticMessage.create(102, 3, "");
    found.message = message;
    JSONTransform.SN.parser.diagnostics.push(found.withRange(range));
    const err = new Error(message);
    err.isReported = true;
""",
    ),
    Replace(
        "            transformer.visit(source);\n",
        """\
            try {
                transformer.visit(source);
            }
            catch (error) {
                if (!error.isReported) throw error;
                return;
            }
""",
    ),
    # Static fields were taken for fields when they were private or readonly as well.
    Replace(
        "v.kind === 54 && v.flags !== 32 && v.flags !== 512 && v.flags !== 1024 &&",
        "v.kind === 54 && !(v.flags & 32) && v.flags !== 512 && v.flags !== 1024 &&",
    ),
    # Own writers: their text was copied into the buffer without making room for it.
    Cut(
        '            SERIALIZE_CUSTOM += "    const data = this."',
        "        }\n        if (deserializers.length) {\n",
        """\
            SERIALIZE_CUSTOM += "    const self = changetype<this>(ptr);\\n";
            SERIALIZE_CUSTOM += "    const data = self." + serializer.name.text + "(" + (serializer.signature.parameters.length ? "self" : "") + ");\\n";
            SERIALIZE_CUSTOM += "    JSON.__write(data);\\n";
            SERIALIZE_CUSTOM += "  }\\n";
""",
    ),
    # Own readers are marked: their text need not be an object.
    Replace(
        "        if (!members.length && !deserializers.length && !serializers.length) {\n",
        """\
        if (deserializers.length) {
            node.members.push(SimpleParser.parseClassMember("__JSON_CUSTOM(): void {}", node));
        }
        if (!members.length && !deserializers.length && !serializers.length) {
""",
    ),
    # Fields that may be left out had to come first, because of the commas.
    Cut(
        "        if (!this.schema.static)\n            this.schema.members = sortMembers(",
        "        for (let i = 0; i < this.schema.members.length; i++) {\n"
        "            const member = this.schema.members[i];\n"
        "            const aliasName = JSON.stringify(",
        """\
        indent = "  ";
        const mayStayAway = (member) => member.flags.has(PropertyFlags.OmitIf) || member.flags.has(PropertyFlags.OmitNull);
        const hasOptional = this.schema.members.some(mayStayAway);
        SERIALIZE += '  JSON.__write("{");\\n';
        if (hasOptional) SERIALIZE += '  let comma = "";\\n';
""",
    ),
    # The code that writes the fields, and all of the code that reads them.
    Cut(
        "            const SIMD_ENABLED = this.program.options.hasFeature(16);\n"
        "            if (!isRegular &&",
        '        INITIALIZE += "  return this;\\n";\n',
        """\
            let condition = null;
            if (member.flags.has(PropertyFlags.OmitNull)) {
                condition = `load<usize>(ptr, offsetof<this>(${JSON.stringify(realName)})) != 0`;
            }
            else if (member.flags.has(PropertyFlags.OmitIf)) {
                const arg = member.flags.get(PropertyFlags.OmitIf);
                if (arg.kind == 14) {
                    arg.declaration.signature.parameters[0].type = Node.createNamedType(Node.createSimpleTypeName("this", node.range), null, false, node.range);
                    arg.declaration.signature.returnType.name = Node.createSimpleTypeName("boolean", arg.declaration.signature.returnType.name.range);
                    condition = `!(${toString(arg)})(changetype<this>(ptr))`;
                }
                else {
                    condition = `!(${toString(arg)})`;
                }
            }
            if (condition) SERIALIZE += `  if (${condition}) {\\n`;
            if (hasOptional) SERIALIZE += "  JSON.__write(comma);\\n  comma = \\",\\";\\n";
            const before = !hasOptional && i > 0 ? "," : "";
            SERIALIZE += `  JSON.__write(${JSON.stringify(before + aliasName + ":")});\\n`;
            SERIALIZE += `  JSON.__serialize<${member.type}>(load<${member.type}>(ptr, offsetof<this>(${JSON.stringify(realName)})));\\n`;
            if (condition) SERIALIZE += "  }\\n";
        }
        SERIALIZE += '  JSON.__write("}");\\n}';
        // What JSON does not carry has its default all the same.
        for (const field of node.members) {
            if (field.kind !== 54 || field.flags & 32 || !field.initializer || !field.type || members.includes(field)) continue;
            INITIALIZE += `  store<${toString(field.type)}>(changetype<usize>(this), ${toString(field.initializer)}, offsetof<this>(${JSON.stringify(field.name.text)}));\\n`;
        }
        DESERIALIZE += "  const entries = JSON.__entries(srcStart, srcEnd);\\n  while (entries.next()) {\\n";
        for (const [at, member] of this.schema.members.entries()) {
            const name = JSON.stringify(member.alias || member.name);
            const field = `offsetof<this>(${JSON.stringify(member.name)})`;
            DESERIALIZE += `    ${at ? "else " : ""}if (entries.is(${name})) JSON.__field<${member.type}>(changetype<usize>(out), ${field}, entries.valueStart, entries.valueEnd);\\n`;
        }
        DESERIALIZE += "  }\\n  return out;\\n}\\n";
        indent = "  ";
""",
    ),
)

# Fields were lost of a base class that is imported from a file that only exports it again, or from
# a folder's index.
SOURCES: tuple[Callable[[str], str], ...] = (
    Cut(
        "    getImportedClass(qualifiedName, parser) {\n",
        "    getImportedEnum(qualifiedName, parser) {\n",
        """\
    getImportedClass(qualifiedName, parser) {
        const seen = new Set([this.internalPath]);
        for (const stmt of this.imports) {
            const found = this.getExportedClass(qualifiedName, stmt.internalPath, parser, seen);
            if (found) return found;
        }
        return null;
    }
    getExportedClass(qualifiedName, path, parser, seen) {
        const source = parser.sources.find((src) => src.internalPath == path || src.internalPath == path + "/index");
        if (!source || seen.has(source.internalPath)) return null;
        seen.add(source.internalPath);
        const declared = this.sourceSet.get(source).getClass(qualifiedName);
        if (declared && declared.flags & 2) return declared;
        for (const stmt of source.statements) {
            if (stmt.kind != 35 || !stmt.internalPath) continue;
            if (stmt.members && !stmt.members.some((member) => member.exportedName.text == qualifiedName && member.localName.text == qualifiedName)) continue;
            const found = this.getExportedClass(qualifiedName, stmt.internalPath, parser, seen);
            if (found) return found;
        }
        return null;
    }
""",
    ),
)

# A number of more than 53 bits and an exponent from 23 to 37 lost the part of it above 22.
COMPILER: tuple[Callable[[str], str], ...] = (
    Replace(
        "if (exp > 22 && exp <= 22 + 15) {",
        "if (significand <= 9007199254740991 && exp > 22 && exp <= 22 + 15) {",
    ),
)

# A setting that TypeScript refuses from version 6 on. It says nothing of sources for the newest target.
EDITORS = (
    Replace(
        '"preserveConstEnums": false,\n    "downlevelIteration": true',
        '"preserveConstEnums": false',
    ),
)

CHANGES: dict[str, tuple[Callable[[str], str], ...]] = {
    "assemblyscript/dist/asc.js": COMPILER,
    "assemblyscript/tsconfig-base.json": EDITORS,
    "json-as/assembly/index.ts": INDEX,
    "json-as/lib/as-bs.ts": BUFFER,
    "json-as/transform/lib/index.js": TRANSFORM,
    "json-as/transform/lib/types.js": SOURCES,
}
