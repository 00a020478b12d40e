import { useResource } from "../../api/resource.ts";
import type { Call, Functions, Json } from "../../api/types.ts";
import { href, navigate } from "../../routes.ts";
import { formOf, keyOf } from "../functions/forms.ts";
import { toDrafts } from "../functions/values.ts";

/**
 * What leads to the page of the call's function, with the call's arguments in its form. Null if the app
 * has no such function (any more), or if the arguments were not kept.
 */
export function useRunAgain(call: Call): (() => void) | null {
  const { data } = useResource<Functions>("functions");
  const about = data?.functions.find((one) => one.name === call.function);
  const kept = call.arguments;
  if (!data || about === undefined || kept === null || !("value" in kept)) {
    return null;
  }
  return () => {
    const form = formOf(about);
    const given = kept.value as { [name: string]: Json };
    form.value = {
      ...form.peek(),
      drafts: toDrafts(about.arguments, given, data.types),
      json: null,
    };
    navigate(href("functions", keyOf(about)));
  };
}
