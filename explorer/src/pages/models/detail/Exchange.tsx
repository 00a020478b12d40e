import type { Inference } from "../../../api/types.ts";
import { Banner } from "../../../components/Banner.tsx";
import { JsonView } from "../../../components/JsonView.tsx";
import { href } from "../../../routes.ts";
import { Conversation } from "../conversation/Conversation.tsx";

/** What was asked and answered: as a conversation where its form is known, else as JSON. */
export function Exchange({ inference, plain }: { inference: Inference; plain: boolean }) {
  return (
    <div class="exchange">
      {inference.truncated && (
        <Banner tone="warn" title="Not all of it was stored">
          Long texts and lists were cut. <code>inferences.maxKb</code> in <code>modus.json</code>{" "}
          says how much is kept.
        </Banner>
      )}
      {inference.conversation ? (
        <Conversation
          messages={inference.conversation}
          plain={plain}
          failed={inference.status === "failed"}
        >
          <Ending inference={inference} />
        </Conversation>
      ) : (
        <UnknownForm inference={inference} />
      )}
    </div>
  );
}

function UnknownForm({ inference }: { inference: Inference }) {
  return (
    <>
      <p class="exchange-note">Its form is not known to this page, so here it is as JSON.</p>
      <h2 class="exchange-title">Input</h2>
      <JsonView value={inference.input} label="Input" />
      <h2 class="exchange-title">Output</h2>
      {inference.output === null ? (
        <p class="turn-nothing">There was none.</p>
      ) : (
        <JsonView value={inference.output} label="Output" />
      )}
      <ul class="conversation">
        <Ending inference={inference} />
      </ul>
    </>
  );
}

/** What came in the place of an answer, or broke it off. */
function Ending({ inference }: { inference: Inference }) {
  if (inference.status === "ok") {
    return null;
  }
  const cancelled = inference.status === "cancelled";
  return (
    <li class="exchange-ending">
      <Banner
        tone={cancelled ? "info" : "bad"}
        title={cancelled ? "It was cancelled" : <code>{inference.failure ?? "It failed"}</code>}
      >
        {cancelled
          ? "The call ended before the model had answered, as when a client goes away."
          : "The model gave no answer, or none that could be used. "}
        {inference.call && (
          <a href={href("calls", inference.call)}>
            {cancelled ? " See its call" : "The call has the whole error"}
          </a>
        )}
      </Banner>
    </li>
  );
}
