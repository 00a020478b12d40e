import { Unplug } from "lucide";
import { connection, connectionError, reconnectNow } from "../api/events.ts";
import { signIn } from "../api/session.ts";
import { Button } from "../components/Button.tsx";
import { Icon } from "../components/Icon.tsx";
import "./GoneNotice.css";

/** That the server does not answer; goes away by itself when it does. */
export function GoneNotice() {
  if (connection.value !== "gone" || signIn.value !== null) {
    return null;
  }
  const error = connectionError.value;
  return (
    <div class="gone-notice" role="alert">
      <Icon icon={Unplug} size={16} />
      <p class="gone-notice-text">
        <strong>{error?.message ?? "The server is gone."}</strong>{" "}
        {error === null
          ? "Start it again, and this page goes on where it was."
          : (error.hint ?? "This page tries again by itself.")}
      </p>
      <Button size="sm" onClick={reconnectNow}>
        Try now
      </Button>
    </div>
  );
}
