import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import type { PageProps } from "../../routes.ts";
import "./api.css";

let loaded: ComponentType<PageProps> | null = null;

/**
 * The editor of GraphQL: any query, mutation or subscription to an endpoint of the app. Its frame shows
 * at once, the editors, which are large, as soon as they are loaded.
 */
export default function ApiPage(props: PageProps) {
  const [Workbench, setWorkbench] = useState(() => loaded);
  const [failed, setFailed] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const hadFocus = useRef(false);

  useEffect(() => {
    if (loaded !== null) {
      return;
    }
    import("./Workbench.tsx").then(
      (module) => {
        loaded = module.default;
        hadFocus.current = document.activeElement === heading.current;
        setWorkbench(() => loaded);
      },
      () => setFailed(true),
    );
  }, []);
  useLayoutEffect(() => {
    if (hadFocus.current) {
      // The heading that had it has made way for that of the workbench.
      document.querySelector<HTMLElement>(".api-head h1")?.focus({ preventScroll: true });
    }
  }, [Workbench]);

  if (Workbench !== null) {
    return <Workbench {...props} />;
  }
  return (
    <div class="api-page" aria-busy={!failed}>
      <header class="api-head">
        <h1 ref={heading}>API</h1>
      </header>
      <div class="api-error-note">
        {failed ? (
          <ErrorBanner
            error={{ message: "The editor could not be loaded.", hint: "Load this page again." }}
          />
        ) : (
          <Skeleton lines={6} />
        )}
      </div>
    </div>
  );
}
