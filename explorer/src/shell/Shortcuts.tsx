import { signal } from "@preact/signals";
import { Dialog } from "../components/Dialog.tsx";
import { href, navigate, PAGES } from "../routes.ts";
import { shortcutReader } from "./shortcut-reader.ts";
import "./Shortcuts.css";

const open = signal(false);

export function showShortcuts(): void {
  open.value = true;
}

const OTHERS: [string[], string][] = [
  [["/"], "Search or filter in this page"],
  [["Ctrl", "Enter"], "Run"],
  [["↑", "↓"], "Move in a list"],
  [["Enter"], "Open"],
  [["Esc"], "Close"],
  [["?"], "Show these shortcuts"],
];

export function Shortcuts() {
  return (
    <Dialog
      open={open.value}
      onClose={() => {
        open.value = false;
      }}
      title="Keyboard shortcuts"
      size="sm"
    >
      <h3 class="shortcuts-head">Go to</h3>
      <dl class="shortcuts">
        {PAGES.map(({ name, title, key }) => (
          <Shortcut key={name} keys={["g", key]} text={title} />
        ))}
      </dl>
      <h3 class="shortcuts-head">Everywhere</h3>
      <dl class="shortcuts">
        {OTHERS.map(([keys, text]) => (
          <Shortcut key={text} keys={keys} text={text} />
        ))}
      </dl>
    </Dialog>
  );
}

function Shortcut({ keys, text }: { keys: string[]; text: string }) {
  return (
    <div class="shortcuts-row">
      <dt>{text}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}

/** Whether a key is meant for what has the focus. The path reaches into the editors' shadow roots. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

/** Listen to the keys of the page. Called once, by main.tsx. */
export function startShortcuts(): void {
  const read = shortcutReader(PAGES.map(({ key }) => key));
  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (
      event.defaultPrevented ||
      modified ||
      isTyping(event) ||
      document.querySelector("dialog:modal")
    ) {
      return;
    }
    const meant = read(event.key, event.timeStamp);
    if (meant === null) {
      return;
    }
    if (meant.go !== undefined) {
      const page = PAGES.find(({ key }) => key === meant.go);
      navigate(href(page?.name ?? "functions"));
    } else if (meant.help) {
      showShortcuts();
    } else if (!focusSearch()) {
      return;
    }
    event.preventDefault();
  });
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}
