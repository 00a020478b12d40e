import { Copy } from "../../components/Copy.tsx";

/** One line to copy. */
export function CommandLine({ text, what }: { text: string; what: string }) {
  return (
    <div class="manifest-command">
      <code>{text}</code>
      <Copy text={text} label={`Copy ${what}`} />
    </div>
  );
}
