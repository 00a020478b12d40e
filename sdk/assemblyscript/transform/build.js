/* Who a build is: the app, the SDK, an id, a time, and the commit. */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** Hosts pick the language of a module by the text before the "@". */
const SDK_NAME = "modus-sdk-as";
const SDK_VERSION = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;

const BASE32_HEX = "0123456789abcdefghijklmnopqrstuv";
const ID_BYTES = 12;
const ID_LENGTH = 20;

/** The first keys of the metadata, from the variables that the build is given. */
export function describeBuild(environment) {
  const name = environment.npm_package_name || "app";
  const version = environment.npm_package_version;
  const build = {
    plugin: version ? `${name}@${version}` : name,
    sdk: `${SDK_NAME}@${SDK_VERSION}`,
    buildId: environment.ATOLL_BUILD_ID || newId(new Date()),
    buildTs: environment.ATOLL_BUILD_TS || new Date().toISOString(),
  };
  if (environment.ATOLL_GIT_REPO) build.gitRepo = webAddress(environment.ATOLL_GIT_REPO);
  if (environment.ATOLL_GIT_COMMIT) build.gitCommit = environment.ATOLL_GIT_COMMIT;
  return build;
}

/** Where people find a repository that git knows as `git@host:path.git`. */
function webAddress(origin) {
  return origin.replace(/^git@([^:/]+):/, "https://$1/").replace(/\.git$/, "");
}

/** An id in the form of an xid: seconds and random bytes, in base 32, sorted by time. */
function newId(now) {
  const bytes = randomBytes(ID_BYTES);
  bytes.writeUInt32BE(Math.floor(now.getTime() / 1000), 0);
  let rest = BigInt(`0x${bytes.toString("hex")}`) << BigInt(ID_LENGTH * 5 - ID_BYTES * 8);
  let id = "";
  for (let count = 0; count < ID_LENGTH; count++) {
    id = BASE32_HEX[Number(rest & 31n)] + id;
    rest >>= 5n;
  }
  return id;
}
