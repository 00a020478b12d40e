import { Paperclip } from "lucide";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../../components/Button.tsx";
import { formatCount } from "../../../components/format.ts";
import { IconButton } from "../../../components/IconButton.tsx";

/** A server takes no more by default, and a page would be slow with it. */
const MOST_BYTES = 50 * 1024 * 1024;

interface FileButtonProps {
  /** Of the field. */
  name: string;
  onText: (text: string) => void;
}

/** Puts a file into a field, as base64: so bytes are texts in the API. */
export function FileButton({ name, onText }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (file: File | undefined) => {
    if (file === undefined) {
      return;
    }
    if (file.size > MOST_BYTES) {
      setProblem("This file is larger than 50 MB.");
      return;
    }
    try {
      onText(await base64Of(file));
      setProblem(null);
    } catch {
      setProblem("The file cannot be read.");
    }
  };
  return (
    <>
      <IconButton
        icon={Paperclip}
        size="sm"
        class="value-file"
        label="Insert a file as base64"
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`File for ${name}`}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      {problem !== null && (
        <p class="value-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** What stands for a text that is too long to be edited here. */
export function LongText({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <div class="value-long">
      <code class="value-long-text">{text.slice(0, 80)}</code>
      <span class="value-long-size">{formatCount(text.length)} characters</span>
      <Button size="sm" variant="ghost" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    // What follows the comma of a `data:` address.
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.readAsDataURL(file);
  });
}
