import { expect, test } from "vitest";
import { editorLink } from "./editor-link.ts";

test("names the place in the file", () => {
  expect(editorLink("/home/ann/app/main.py", 12, 5)).toBe(
    "vscode://file/home/ann/app/main.py:12:5",
  );
});

test("starts at the first column where none is known", () => {
  expect(editorLink("/app/main.py", 12, null)).toBe("vscode://file/app/main.py:12:1");
});

test("keeps what is special in addresses part of the path", () => {
  expect(editorLink("/my app/a#b?.py", 1, 1)).toBe("vscode://file/my%20app/a%23b%3F.py:1:1");
});

test("takes paths of Windows", () => {
  expect(editorLink("C:\\app\\main.py", 1, 1)).toBe("vscode://file/C:/app/main.py:1:1");
});
