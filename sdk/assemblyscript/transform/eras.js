/*
 * Where two versions of the SDK, or of json-as, gave one name different types, it has the newer
 * type, and sources that count on the older one compile all the same: the compiler is told here
 * how to convert, and the author what to write.
 */

import {
  AssertionKind,
  Compiler,
  Node,
  NodeKind,
  ReportMode,
  Source,
  Token,
  Tokenizer,
} from "./compiler.js";
import { reportWarning } from "./report.js";

const CHAT = "~lib/@hypermode/modus-sdk-as/models/openai/chat";
const TOOLS = `${CHAT}/tools`;
const JSON_AS = "~lib/json-as/assembly/index";
const STRING = "~lib/string/String";
const TOOL_CHOICE = `${TOOLS}/ToolChoice`;
const RAW = `${JSON_AS}/JSON.Raw`;

/** Functions that convert, by the file that they are added to. */
const HELPERS = {
  [TOOLS]: `
    function toolChoiceOfText(text: string | null): ToolChoice | null {
      return text === null ? null : <ToolChoice>{ type: text };
    }`,
  [CHAT]: `
    function secondsOfDate(date: Date): i64 {
      return date.getTime() / 1000;
    }`,
  [JSON_AS]: `
    function rawOfText(text: string | null): JSON.Raw | null {
      return text === null ? null : new JSON.Raw(text);
    }
    function textOfRaw(raw: JSON.Raw | null): string | null {
      return raw === null ? null : raw.data;
    }`,
};

const CHOICES = { auto: "ToolChoice.Auto", none: "ToolChoice.None", required: "ToolChoice.Required" };
const LONGEST_QUOTE = 60;

const ARITHMETIC = new Set([
  Token.LessThan, Token.GreaterThan, Token.LessThan_Equals, Token.GreaterThan_Equals,
  Token.Equals_Equals, Token.Equals_Equals_Equals, Token.Exclamation_Equals,
  Token.Exclamation_Equals_Equals, Token.Plus, Token.Minus, Token.Asterisk, Token.Slash,
  Token.Percent,
]);

/** Add the functions that convert to files of the program. */
export function addConversions(parser) {
  for (const file of parser.sources) {
    const text = HELPERS[file.internalPath];
    if (!text) continue;
    const source = new Source(file.sourceKind, file.normalizedPath, text);
    const tokenizer = new Tokenizer(source, parser.diagnostics);
    while (!tokenizer.skip(Token.EndOfFile)) {
      file.statements.push(parser.parseTopLevelStatement(tokenizer, null));
    }
  }
}

/** Have the compiler convert where it would refuse. */
export function convertOldTypes() {
  const { convertExpression, compileBinaryExpression } = Compiler.prototype;

  Compiler.prototype.convertExpression = function (value, from, to, explicit, node) {
    const found = conversionOf(this, from, to, node);
    if (!found) return convertExpression.call(this, value, from, to, explicit, node);
    const helper = functionOf(this, found.helper);
    if (isWritten(this, node)) {
      reportWarning(this.program, node.range, `${found.change}; write: ${found.write}`);
    }
    const converted = this.makeCallDirect(helper, [value], node);
    return convertExpression.call(this, converted, helper.signature.returnType, to, true, node);
  };

  Compiler.prototype.compileBinaryExpression = function (node, ...others) {
    if (ARITHMETIC.has(node.operator)) {
      if (isCreated(this, node.left) && isNumber(this, node.right)) node.left = asNumber(node.left);
      if (isCreated(this, node.right) && isNumber(this, node.left)) node.right = asNumber(node.right);
    }
    return compileBinaryExpression.call(this, node, ...others);
  };
}

/** How a value in an old type becomes one in the new type; null if that is not the case. */
function conversionOf(compiler, from, to, node) {
  const [old, wanted] = [nameOf(from), nameOf(to)];
  if (old === STRING && wanted === TOOL_CHOICE) {
    const written = node.kind === NodeKind.Literal ? CHOICES[node.value] : null;
    const any = `${Object.values(CHOICES).join(", ")} or ToolChoice.Function(name)`;
    const change = "toolChoice takes a ToolChoice instead of a string";
    return { helper: `${TOOLS}/toolChoiceOfText`, change, write: written ?? any };
  }
  if (old === STRING && wanted === RAW) {
    const change = "JSON.Raw is a class instead of a string";
    return { helper: `${JSON_AS}/rawOfText`, change, write: `JSON.Raw.from(${quoted(node)})` };
  }
  if (old === RAW && wanted === STRING) {
    const change = "JSON.Raw is a class instead of a string";
    return { helper: `${JSON_AS}/textOfRaw`, change, write: `${quoted(node)}.data` };
  }
  if (to.isIntegerValue && !to.isBooleanValue && isCreated(compiler, node)) {
    const change = "created is a Date instead of a number of seconds";
    const write = `<${to}>(${quoted(node)}.getTime() / 1000)`;
    return { helper: `${CHAT}/secondsOfDate`, change, write };
  }
  return null;
}

/** Whether an expression stands in a file, and is not what a transform made of another one. */
function isWritten(compiler, node) {
  return compiler.program.sources.includes(node.range.source);
}

function functionOf(compiler, name) {
  const prototype = compiler.program.elementsByName.get(name);
  const instance = compiler.resolver.resolveFunction(prototype, null);
  compiler.compileFunction(instance);
  return instance;
}

function nameOf(type) {
  return type.getClass()?.internalName;
}

/** An expression as its author wrote it, if it is short. */
function quoted(node) {
  const text = node.range.toString();
  return text.length > LONGEST_QUOTE || text.includes("\n") ? "..." : text;
}

/** Whether an expression is the field `created` of a chat's output. */
function isCreated(compiler, node) {
  if (node.kind !== NodeKind.PropertyAccess || node.property.text !== "created") return false;
  const owner = typeOf(compiler, node.expression);
  return owner !== null && nameOf(owner) === `${CHAT}/OpenAIChatOutput`;
}

function isNumber(compiler, node) {
  const type = typeOf(compiler, node);
  return type !== null && type.isNumericValue;
}

/** The type of an expression; null, without an error, if it cannot be told. */
function typeOf(compiler, node) {
  const { resolver, currentFlow } = compiler;
  return resolver.resolveExpression(node, currentFlow, undefined, ReportMode.Swallow);
}

function asNumber(node) {
  const name = Node.createSimpleTypeName("i32", node.range);
  const type = Node.createNamedType(name, null, false, node.range);
  return Node.createAssertionExpression(AssertionKind.As, node, type, node.range);
}
