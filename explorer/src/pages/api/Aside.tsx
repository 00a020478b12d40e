import type { GraphQLSchema } from "graphql";
import { X } from "lucide";
import { Drawer } from "../../components/Drawer.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { useMedia } from "../../components/use-media.ts";
import { DocsPanel } from "./DocsPanel.tsx";
import { back, forward, gone, type Place, type Trail } from "./docs-navigation.ts";
import { HistoryPanel } from "./HistoryPanel.tsx";
import type { Run } from "./history.ts";
import { aside, runs } from "./state.ts";

export interface AsideProps {
  schema: GraphQLSchema | null;
  trail: Trail;
  onTrail: (trail: Trail) => void;
  onTry: (type: string, field: string) => void;
  onRun: (run: Run) => void;
}

const TITLES = { docs: "Docs", history: "History" };

/** Docs or history: beside the rest where there is room, else above it. */
export function Aside(props: AsideProps) {
  const wide = useMedia("(min-width: 1180px)");
  const open = aside.value;
  if (open === null) {
    return null;
  }
  const close = () => {
    aside.value = null;
  };
  if (!wide) {
    return (
      <Drawer open title={TITLES[open]} onClose={close} class="api-drawer">
        <Content {...props} open={open} leave={close} />
      </Drawer>
    );
  }
  return (
    <aside class="api-aside" aria-label={TITLES[open]}>
      <header class="api-aside-head">
        <h2>{TITLES[open]}</h2>
        <IconButton
          icon={X}
          label={`Close ${TITLES[open].toLowerCase()}`}
          size="sm"
          onClick={close}
        />
      </header>
      <div class="api-aside-body">
        <Content {...props} open={open} leave={() => {}} />
      </div>
    </aside>
  );
}

function Content(props: AsideProps & { open: "docs" | "history"; leave: () => void }) {
  const { schema, trail, onTrail, leave } = props;
  if (props.open === "history") {
    return (
      <HistoryPanel
        runs={runs.value}
        onOpen={(run) => {
          leave();
          props.onRun(run);
        }}
        onClear={() => {
          runs.value = [];
        }}
      />
    );
  }
  if (schema === null) {
    return (
      <div class="api-aside-wait">
        <Skeleton lines={8} />
      </div>
    );
  }
  return (
    <DocsPanel
      schema={schema}
      trail={trail}
      onGo={(place: Place) => onTrail(gone(trail, place))}
      onBack={() => onTrail(back(trail))}
      onForward={() => onTrail(forward(trail))}
      onTry={(type, field) => {
        leave();
        props.onTry(type, field);
      }}
    />
  );
}
