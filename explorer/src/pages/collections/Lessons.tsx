import type { IconNode } from "lucide";
import { state } from "../../api/events.ts";
import { Code } from "../../components/Code.tsx";
import { Icon } from "../../components/Icon.tsx";
import {
  COLLECTION_EXAMPLE,
  embedderExample,
  IMPORT_LINES,
  INSTALL_EXAMPLE,
  importExample,
  upsertExample,
} from "./lessons.ts";
import "./lessons.css";

/** How texts get into a collection that is empty. */
export function HowToFill({ collection }: { collection: string }) {
  const language = state.value?.language ?? "python";
  return (
    <div class="lesson">
      <div class="lesson-head">
        <h3>No texts yet</h3>
        <p>Put some in, and search them here. There are two ways.</p>
      </div>
      <ol class="lesson-steps">
        <li>
          <h4>From a function</h4>
          <p>Add this to your app, and run it on the page Functions.</p>
          <Code code={upsertExample(language, collection)} label="A function that stores a text" />
        </li>
        <li>
          <h4>From a file</h4>
          <p>
            Many texts at once, as JSON lines or CSV. Repeating an import changes nothing but what
            has changed.
          </p>
          <Code code={importExample(collection)} label="The command that imports a file" wrap />
          <p>
            The file <code>texts.jsonl</code> has a text in each line:
          </p>
          <Code code={IMPORT_LINES} label="Lines of such a file" wrap />
        </li>
      </ol>
    </div>
  );
}

/** How an app gets its first collection. */
export function HowToMake({ icon }: { icon: IconNode }) {
  const language = state.value?.language ?? "python";
  return (
    <div class="lesson">
      <div class="lesson-head">
        <span class="lesson-icon">
          <Icon icon={icon} size={22} />
        </span>
        <h2>This app has no collections</h2>
        <p>
          A collection is a named store of texts that functions search by what they mean, by their
          words, or by both. It takes three steps, and no server.
        </p>
      </div>
      <ol class="lesson-steps">
        <li>
          <h3>Name it, and a model, in modus.json</h3>
          <Code code={COLLECTION_EXAMPLE} label="A collection and its model in modus.json" />
        </li>
        <li>
          <h3>Write its embedder</h3>
          <p>A function that makes a list of numbers of each text, here with that model.</p>
          <Code code={embedderExample(language)} label="An embedder" />
        </li>
        <li>
          <h3>Install the model</h3>
          <p>It runs inside Atoll, on this machine. A model of any service would do as well.</p>
          <Code code={INSTALL_EXAMPLE} label="The command that installs the model" wrap />
        </li>
      </ol>
    </div>
  );
}
