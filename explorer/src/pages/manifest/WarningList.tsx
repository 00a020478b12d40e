import type { Problem } from "../../api/types.ts";
import { Banner } from "../../components/Banner.tsx";
import { SourceLink } from "../../components/SourcePanel.tsx";
import { sentence } from "./attention.ts";

/** What the manifest's reader warned of. */
export function WarningList({ warnings }: { warnings: Problem[] }) {
  return (
    <div class="manifest-warnings">
      {warnings.map(({ code, message, hint, file, line, column }, at) => (
        <Banner
          key={at}
          tone="warn"
          title={message}
          actions={
            file !== null && line !== null && <SourceLink file={file} line={line} column={column} />
          }
        >
          {hint && <p>{sentence(hint)}</p>}
          <code class="manifest-code">{code}</code>
        </Banner>
      ))}
    </div>
  );
}
