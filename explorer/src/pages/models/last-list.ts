import { signal } from "@preact/signals";
import { href } from "../../routes.ts";

/** Where the list was left: its address, with its filters. */
export const lastList = signal(href("models"));
