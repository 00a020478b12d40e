import { CircleX } from "lucide";
import { state } from "../api/events.ts";
import type { Problem } from "../api/types.ts";
import { plural } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { SourceLink } from "../components/SourcePanel.tsx";
import "./BuildBanner.css";

const MOST = 20;

/** Why the app could not be built or loaded; there until it can. */
export function BuildBanner() {
  const now = state.value;
  if (now?.build.state !== "failed") {
    return null;
  }
  const { problems } = now.build;
  const isLoaded = now.endpoints.length > 0;
  return (
    <section class="build-banner" role="alert" aria-label="The build failed">
      <h2 class="build-banner-title">
        <Icon icon={CircleX} size={16} />
        {problems.length > 1
          ? `The build failed: ${plural(problems.length, "problem")}`
          : "The build failed"}
        <span class="build-banner-note">
          {isLoaded
            ? "The app as it was before still answers."
            : "It is tried again as soon as you save a file."}
        </span>
      </h2>
      <ol class="build-banner-list" tabIndex={0}>
        {problems.slice(0, MOST).map((problem, index) => (
          <ProblemItem key={index} problem={problem} />
        ))}
      </ol>
      {problems.length > MOST && (
        <p class="build-banner-note">{`And ${problems.length - MOST} more, in the terminal.`}</p>
      )}
    </section>
  );
}

function ProblemItem({ problem }: { problem: Problem }) {
  const { file, line, column, message, hint, code } = problem;
  return (
    <li class="build-banner-item">
      <p class="build-banner-where">
        {file !== null &&
          (line === null ? (
            <span class="source-place">{file}</span>
          ) : (
            <SourceLink file={file} line={line} column={column} />
          ))}
        <code class="build-banner-code">{code}</code>
      </p>
      <p class="build-banner-message">{message}</p>
      {hint && <p class="build-banner-hint">{hint}</p>}
    </li>
  );
}
