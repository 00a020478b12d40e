import { useEffect, useMemo, useState } from "preact/hooks";
import { picture } from "../pictures.ts";
import "./Picture.css";

/** An image that was sent to a model, or came from one. Nothing is fetched from other machines. */
export function Picture({ source }: { source: string }) {
  const found = useMemo(() => picture(source), [source]);
  const [url, setUrl] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    setBroken(false);
    if (found.kind !== "here") {
      return setUrl(null);
    }
    const made = URL.createObjectURL(new Blob([found.bytes], { type: found.type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [found]);

  if (found.kind === "elsewhere") {
    return (
      <p class="picture-note">
        A picture at <code class="picture-address">{found.address}</code> The page does not fetch
        it.
      </p>
    );
  }
  if (found.kind === "unknown" || broken) {
    const reason = found.kind === "unknown" ? found.reason : "Its data was cut or is damaged.";
    return <p class="picture-note">A picture. {reason}</p>;
  }
  if (url === null) {
    return <div class="picture-space" />;
  }
  return (
    <img class="picture" src={url} alt="Part of the message" onError={() => setBroken(true)} />
  );
}
