import type { InputField } from "../../../api/types.ts";
import { parseType } from "../typeref.ts";
import type { Draft } from "../values.ts";
import type { Segment } from "./Segments.tsx";

/** In which ways a field may be given: as a value, as null, not at all. */
export function waysOf(field: InputField): Segment<Draft["given"]>[] {
  const ways: Segment<Draft["given"]>[] = [{ id: "value", label: "Value" }];
  if (parseType(field.type).nullable) {
    ways.unshift({ id: "null", label: "Null", title: "Give null." });
  }
  if (!field.required) {
    ways.unshift(
      field.default === null
        ? { id: "out", label: "Left out", title: "Do not give it at all." }
        : { id: "out", label: "Default", title: `Leave it out: ${field.default} is the default.` },
    );
  }
  return ways;
}

/** What stands in an input that has no value. */
export function placeholderOf(field: InputField, draft: Draft, example: string): string {
  switch (draft.given) {
    case "null":
      return "null";
    case "out":
      return field.default === null ? "left out" : plain(field.default);
    case "value":
      return sendsEmptyText(field, draft) ? "empty text" : example;
  }
}

/** Whether a text is given in which nothing stands: that is a value, too, though nobody sees it. */
export function sendsEmptyText(field: InputField, draft: Draft): boolean {
  const type = parseType(field.type);
  return (
    type.kind === "named" &&
    isText(type.name) &&
    draft.given === "value" &&
    (draft.text ?? "") === ""
  );
}

/** Whether values of a scalar are texts as they are typed. */
export function isText(scalar: string): boolean {
  return scalar === "String" || scalar === "ID";
}

/** A default as it would be typed: texts without their quotes. */
function plain(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" && value !== "" ? value : literal;
  } catch {
    return literal;
  }
}
