import "./functions.css";
import { SquareFunction } from "lucide";
import { useEffect } from "preact/hooks";
import { state } from "../../api/events.ts";
import { useResource } from "../../api/resource.ts";
import type { Functions } from "../../api/types.ts";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { href, navigate, type PageProps } from "../../routes.ts";
import { FunctionList, FunctionSelect } from "./FunctionList.tsx";
import { FunctionView } from "./FunctionView.tsx";
import { keyOf } from "./forms.ts";
import { functionAt } from "./navigation.ts";

/** The function that was looked at last, for who comes back from another page. */
let last: string | null = null;

/** Try the functions of the app: a form for each, made of its signature and its docs. */
export default function FunctionsPage({ rest }: PageProps) {
  const { data, error, reload } = useResource<Functions>("functions");
  const about = data && functionAt(data.functions, rest, last);
  const key = about ? keyOf(about) : null;
  useEffect(() => {
    if (key !== null) {
      last = key;
      if (rest === "") {
        navigate(href("functions", key), { replace: true });
      }
    }
  }, [key, rest]);
  if (data === null) {
    return (
      <div class="page">
        {error ? (
          <>
            <Heading />
            <ErrorBanner error={error} onRetry={reload} />
          </>
        ) : (
          <Skeleton lines={8} />
        )}
      </div>
    );
  }
  if (data.functions.length === 0) {
    return (
      <div class="page">
        <Heading />
        <NoFunctions />
      </div>
    );
  }
  return (
    <div class="functions-page">
      <FunctionList functions={data.functions} selected={key} />
      <div class="functions-main">
        <div class="functions-select">
          <FunctionSelect functions={data.functions} selected={key} />
        </div>
        {error && <ErrorBanner error={error} onRetry={reload} />}
        {about ? <FunctionView key={key} about={about} types={data.types} /> : <Gone rest={rest} />}
      </div>
    </div>
  );
}

/** For who hears the page, where there is no function to name it by. */
function Heading() {
  return <h1 class="only-read">Functions</h1>;
}

function NoFunctions() {
  const language = state.value?.language ?? "python";
  const how = {
    python: "Write a public function with type hints in the entry module.",
    assemblyscript: "Export a function from assembly/index.ts.",
    go: "Write an exported function in package main.",
  }[language];
  return (
    <Empty icon={SquareFunction} title="This app has no functions yet">
      {how} It shows here as soon as the file is saved.
    </Empty>
  );
}

function Gone({ rest }: { rest: string }) {
  return (
    <>
      <Heading />
      <Empty icon={SquareFunction} title={`There is no function ${rest}`}>
        It may have been renamed or removed. Choose another one from the list.
      </Empty>
    </>
  );
}
