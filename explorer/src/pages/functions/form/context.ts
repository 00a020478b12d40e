import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Problems, Types } from "../values.ts";

/** What each field of the form needs to know. */
export interface FormContextValue {
  types: Types;
  problems: Problems;
}

export const FormContext = createContext<FormContextValue>({ types: {}, problems: {} });

export function useForm(): FormContextValue {
  return useContext(FormContext);
}
