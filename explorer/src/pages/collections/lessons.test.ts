import { expect, test } from "vitest";
import { COLLECTION_EXAMPLE, embedderExample, INSTALL_EXAMPLE } from "./lessons.ts";

const MANIFEST = JSON.parse(`{${COLLECTION_EXAMPLE}}`);

test.each(["python", "assemblyscript", "go"] as const)(
  "the model that the embedder in %s asks for is in its modus.json",
  (language) => {
    const asked = /models?\.(?:get|getModel<\w+>|GetModel\[[\w.]+\])\("(\w+)"\)/.exec(
      embedderExample(language),
    );
    expect(Object.keys(MANIFEST.models)).toContain(asked?.[1]);
  },
);

test("the model of the lesson is the one that it installs", () => {
  expect(INSTALL_EXAMPLE).toBe(`atoll models install ${MANIFEST.models.embedder.sourceModel}`);
});

test("the embedder of the lesson's collection is the function that it shows", () => {
  expect(embedderExample("python")).toContain(
    `def ${MANIFEST.collections.help.searchMethods.meaning.embedder}(`,
  );
});
