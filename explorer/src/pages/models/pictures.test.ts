import { describe, expect, it } from "vitest";
import { picture } from "./pictures.ts";

describe("a picture", () => {
  it("in a data URL is bytes", () => {
    const found = picture("data:image/png;base64,aGVsbG8=");
    expect(found).toMatchObject({ kind: "here", type: "image/png" });
    if (found.kind === "here") {
      expect(new TextDecoder().decode(found.bytes)).toBe("hello");
    }
    expect(picture("DATA:image/JPEG;name=a.jpg;base64,aGVsbG8=")).toMatchObject({ kind: "here" });
  });

  it("on another machine is an address", () => {
    const address = "https://example.com/a.png?x=1";
    expect(picture(address)).toEqual({ kind: "elsewhere", address });
  });

  it("that could run scripts or is no picture is not shown", () => {
    for (const type of ["image/svg+xml", "text/html", "application/pdf", ""]) {
      expect(picture(`data:${type};base64,aGVsbG8=`).kind).toBe("unknown");
    }
    expect(picture("javascript:alert(1)").kind).toBe("unknown");
  });

  it("whose data was cut is not shown", () => {
    expect(picture("data:image/png;base64,aGVsbG8… (12 KiB more)")).toMatchObject({
      kind: "unknown",
      reason: "Its data was cut or is damaged.",
    });
  });
});
