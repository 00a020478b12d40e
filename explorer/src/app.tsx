import { SourceHost } from "./components/SourcePanel.tsx";
import { BuildBanner } from "./shell/BuildBanner.tsx";
import { GoneNotice } from "./shell/GoneNotice.tsx";
import { Outlet } from "./shell/Outlet.tsx";
import { Shortcuts } from "./shell/Shortcuts.tsx";
import { Sidebar } from "./shell/Sidebar.tsx";
import { SignInPanel } from "./shell/SignInPanel.tsx";
import { TopBar } from "./shell/TopBar.tsx";
import "./shell/shell.css";

export function App() {
  return (
    <>
      <a class="shell-skip" href="#main">
        Skip to the page
      </a>
      <div class="shell">
        <Sidebar />
        <div class="shell-body">
          <TopBar />
          <GoneNotice />
          <BuildBanner />
          <main class="shell-main" id="main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <SourceHost />
      <Shortcuts />
      <SignInPanel />
    </>
  );
}
