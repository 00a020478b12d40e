/* Who a build is: the app, the SDK, an id, a time, and the commit. */

import { readFileSync } from "node:fs";

/** Hosts pick the language of a module by the text before the "@". */
const SDK_NAME = "modus-sdk-as";
const SDK_VERSION = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;

/** The first keys of the metadata, from the variables that the build is given. */
export function describeBuild(environment) {
  const name = environment.npm_package_name || "app";
  const version = environment.npm_package_version;
  const build = {
    plugin: version ? `${name}@${version}` : name,
    sdk: `${SDK_NAME}@${SDK_VERSION}`,
    buildId: environment.ATOLL_BUILD_ID,
    buildTs: environment.ATOLL_BUILD_TS,
  };
  if (environment.ATOLL_GIT_REPO) build.gitRepo = environment.ATOLL_GIT_REPO;
  if (environment.ATOLL_GIT_COMMIT) build.gitCommit = environment.ATOLL_GIT_COMMIT;
  return build;
}
