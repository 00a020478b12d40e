import { describe, expect, test } from "vitest";
import {
  activeDraft,
  areDrafts,
  changed,
  closed,
  type Drafts,
  firstDrafts,
  joined,
  newDraft,
  opened,
  split,
} from "./documents.ts";

function three(): Drafts {
  const open = ["a", "b", "c"].map((query) => newDraft({ query }));
  return { open, active: open[1]?.id ?? "" };
}

const texts = (drafts: Drafts) => drafts.open.map((one) => one.query);

describe("tabs", () => {
  test("begin with an empty one", () => {
    expect(texts(firstDrafts())).toEqual([""]);
  });

  test("open beside the one that is shown", () => {
    const drafts = opened(three(), newDraft({ query: "new" }));
    expect(texts(drafts)).toEqual(["a", "b", "new", "c"]);
    expect(activeDraft(drafts).query).toBe("new");
  });

  test("take the place of an empty one, unless they are empty themselves", () => {
    expect(texts(opened(firstDrafts(), newDraft({ query: "new" })))).toEqual(["new"]);
    expect(texts(opened(firstDrafts(), newDraft()))).toEqual(["", ""]);
  });

  test("are not without number", () => {
    let drafts = firstDrafts();
    for (let count = 0; count < 50; count++) {
      drafts = opened(drafts, newDraft({ query: `${count}` }));
    }
    expect(drafts.open).toHaveLength(30);
    expect(activeDraft(drafts).query).toBe("49");
  });

  test("show the next when the one that is shown is closed", () => {
    const drafts = three();
    expect(activeDraft(closed(drafts, drafts.active)).query).toBe("c");
    const last = { ...drafts, active: drafts.open[2]?.id ?? "" };
    expect(activeDraft(closed(last, last.active)).query).toBe("b");
    expect(activeDraft(closed(drafts, drafts.open[0]?.id ?? "")).query).toBe("b");
  });

  test("leave an empty one when the last is closed", () => {
    const drafts = firstDrafts();
    expect(texts(closed(drafts, drafts.active))).toEqual([""]);
  });

  test("change one at a time, and keep their ids", () => {
    const drafts = three();
    const after = changed(drafts, drafts.active, { query: "B", id: "other" });
    expect(texts(after)).toEqual(["a", "B", "c"]);
    expect(activeDraft(after).query).toBe("B");
  });
});

test("what are no tabs is told apart", () => {
  expect(areDrafts(three())).toBe(true);
  for (const other of [null, {}, { open: [] }, { open: [{}] }, "x"]) {
    expect(areDrafts(other)).toBe(false);
  }
});

describe("secret headers", () => {
  const headers = [
    { name: "x-tag", value: "seen", on: true },
    { name: "Authorization", value: "Bearer hush", on: true },
  ];
  const drafts = changed(three(), "", {});
  const first = drafts.open[0]?.id ?? "";
  const whole = changed(drafts, first, { headers });

  test("are kept apart from the tabs", () => {
    const { open, secrets } = split(whole);
    expect(JSON.stringify(open)).not.toContain("hush");
    expect(JSON.stringify(open)).toContain("seen");
    expect(joined(open, secrets)).toEqual(whole);
  });

  test("are gone with the tab of the browser", () => {
    const values = joined(split(whole).open, {}).open[0]?.headers.map((row) => row.value);
    expect(values).toEqual(["seen", ""]);
  });
});
