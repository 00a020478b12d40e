import { describe, expect, it } from "vitest";
import { changedFirst, limitValue } from "./limits.ts";

function limit(name: string, changed: boolean) {
  return { name, changed, value: 1, unit: "s", description: "" };
}

describe("limits", () => {
  it("are listed with the changed ones first, else as they came", () => {
    const limits = [limit("b", false), limit("c", true), limit("a", false), limit("d", true)];
    expect(changedFirst(limits).map((each) => each.name)).toEqual(["c", "d", "b", "a"]);
  });

  it("are shown with thousands apart and no needless digits", () => {
    expect([limitValue(200_000), limitValue(0.01), limitValue("off")]).toEqual([
      "200,000",
      "0.01",
      "off",
    ]);
  });
});
