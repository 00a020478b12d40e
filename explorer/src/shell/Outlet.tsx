import { RotateCw } from "lucide";
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { edition, state } from "../api/events.ts";
import { session } from "../api/session.ts";
import { Banner } from "../components/Banner.tsx";
import { Button } from "../components/Button.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { PAGES, type PageInfo, type PageProps, route } from "../routes.ts";

const loaded = new Map<string, ComponentType<PageProps>>();

/** The page of the route: loaded when it is first gone to. */
export function Outlet() {
  const { page, rest, query } = route.value;
  const info = PAGES.find((one) => one.name === page) as PageInfo;
  const [, setLoads] = useState(0);
  const [failed, setFailed] = useState<string | null>(null);
  const Page = loaded.get(page);

  useEffect(() => {
    let gone = false;
    if (!loaded.has(page)) {
      info.load().then(
        (found) => {
          loaded.set(page, found.default);
          if (!gone) {
            setLoads((count) => count + 1);
          }
        },
        () => !gone && setFailed(page),
      );
    }
    return () => {
      gone = true;
      setFailed(null);
    };
  }, [page]);

  useTitle(info, rest);
  useFocus(page, Page !== undefined);

  if (failed === page) {
    return <NotLoaded />;
  }
  if (Page === undefined) {
    return (
      <div class="page" aria-busy="true">
        <Skeleton height={26} width={160} />
        <Skeleton lines={6} />
      </div>
    );
  }
  return (
    <Guard key={page}>
      <Page rest={rest} query={query} />
    </Guard>
  );
}

function useTitle(info: PageInfo, rest: string): void {
  const app = state.value?.app ?? session.value?.app;
  useEffect(() => {
    document.title = [rest, info.title, app, "Atoll"].filter(Boolean).join(" · ");
  }, [info, rest, app]);
}

/** When another page shows, its heading gets the focus: screen readers read it, Tab goes on from it. */
function useFocus(page: string, ready: boolean): void {
  const first = useRef(true);
  useLayoutEffect(() => {
    if (!ready) {
      return;
    }
    if (first.current) {
      first.current = false;
      return;
    }
    const main = document.querySelector<HTMLElement>("main");
    const target = main?.querySelector<HTMLElement>("h1") ?? main;
    if (target && !target.hasAttribute("tabindex")) {
      target.tabIndex = -1;
    }
    target?.focus({ preventScroll: true });
    main?.scrollTo(0, 0);
  }, [page, ready]);
}

/** Tries again when the server is back: from the start, since styles may be missing as well. */
function NotLoaded() {
  const before = useRef(edition.value);
  const now = edition.value;
  useEffect(() => {
    if (before.current !== null && before.current !== now) {
      location.reload();
    }
    before.current = now;
  }, [now]);
  return <Broken title="This page could not be loaded." />;
}

function Broken({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="page">
      <Banner
        tone="bad"
        title={title}
        actions={
          <Button size="sm" icon={RotateCw} onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        {children ?? "Is the server running? It may also be of another version by now."}
      </Banner>
    </div>
  );
}

/** Keeps an error in a page from taking all of it away. */
class Guard extends Component<{ children: ComponentChildren }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static override getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidCatch(error: Error) {
    console.error(error);
  }

  override render() {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <Broken title="Something went wrong in this page.">{String(error.message)}</Broken>
    );
  }
}
