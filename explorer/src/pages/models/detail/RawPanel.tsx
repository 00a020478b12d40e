import type { Inference, Json } from "../../../api/types.ts";
import { Copy } from "../../../components/Copy.tsx";
import { JsonView } from "../../../components/JsonView.tsx";

/** Input and output as they were sent and received. */
export function RawPanel({ inference }: { inference: Inference }) {
  return (
    <div class="raw">
      <Raw title="Input" value={inference.input} />
      <Raw title="Output" value={inference.output} />
    </div>
  );
}

function Raw({ title, value }: { title: string; value: Json }) {
  return (
    <section class="raw-one">
      <header class="raw-head">
        <h2>{title}</h2>
        <Copy
          text={() => JSON.stringify(value, null, 2)}
          label={`Copy ${title.toLowerCase()}`}
          withText
        />
      </header>
      {value === null ? (
        <p class="turn-nothing">There was none.</p>
      ) : (
        <JsonView value={value} label={title} />
      )}
    </section>
  );
}
