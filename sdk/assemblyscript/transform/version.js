/* The version of the API that this SDK offers. */

import { readFileSync } from "node:fs";

const file = new URL("../package.json", import.meta.url);

export const SDK_VERSION = JSON.parse(readFileSync(file, "utf8")).version;
