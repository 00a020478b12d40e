import { render } from "preact";
import { listen, reconnectNow } from "./api/events.ts";
import { App } from "./app.tsx";
import { startRouting } from "./routes.ts";
import { startShortcuts } from "./shell/Shortcuts.tsx";
import { startTheme } from "./state/theme.ts";
import "./style/tokens.css";
import "./style/base.css";

startTheme();
startRouting();
startShortcuts();
listen(new AbortController().signal);
addEventListener("online", reconnectNow);
document.addEventListener("visibilitychange", reconnectNow);

const root = document.getElementById("root");
if (root !== null) {
  render(<App />, root);
}
