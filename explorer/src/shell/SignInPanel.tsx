import { CircleAlert, Eye, EyeOff, KeyRound } from "lucide";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { connection } from "../api/events.ts";
import { type SignIn, session, signIn, signInWith, tokenEnd } from "../api/session.ts";
import { Button } from "../components/Button.tsx";
import { Field } from "../components/Field.tsx";
import { formatAgo } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { IconButton } from "../components/IconButton.tsx";
import { Input } from "../components/Input.tsx";
import { Mark } from "../components/Wordmark.tsx";
import "./SignInPanel.css";

/** Asks for a token above the page, which waits and then goes on where it was. */
export function SignInPanel() {
  const wanted = signIn.value;
  return wanted && <Panel wanted={wanted} />;
}

const TITLES: Record<SignIn["reason"], string> = {
  missing: "Sign in to the Explorer",
  refused: "That token was not accepted",
  expired: "Your token has expired",
  restarted: "The server was started anew",
  scope: "That token is not for the Explorer",
};

function Panel({ wanted }: { wanted: SignIn }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [token, setToken] = useState("");
  const [shown, setShown] = useState(false);
  const { auth, reason, checking } = wanted;

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useEffect(() => {
    if (!checking) {
      input.current?.select();
    }
  }, [checking, reason]);

  const end = tokenEnd(token);
  const expired = end !== null && end <= Date.now();
  const submit = () => {
    if (token.trim() !== "") {
      signInWith(token);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="sign-in"
      aria-labelledby="sign-in-title"
      // Without a token there is nothing to see below.
      onCancel={(event) => event.preventDefault()}
    >
      <form
        class="sign-in-form"
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Mark size={34} />
        <h2 id="sign-in-title" class="sign-in-title">
          {TITLES[reason]}
        </h2>
        <div class="sign-in-text">
          {auth === "typed" ? <TypedText reason={reason} /> : <BearerText reason={reason} />}
        </div>
        {(reason === "refused" || reason === "scope") && !checking && (
          <p class="sign-in-problem" role="alert">
            <Icon icon={CircleAlert} size={15} />
            <span>
              {auth === "typed"
                ? "The server did not take it. Did you copy all of it?"
                : `${wanted.message} ${wanted.hint ?? ""}`}
            </span>
          </p>
        )}
        <Field
          label={auth === "typed" ? "Token" : "Bearer token"}
          hint="It stays in this tab, and is gone when you close it."
          error={expired ? `This token expired ${formatAgo(end)}.` : null}
        >
          {(control) => (
            <Input
              {...control}
              inputRef={input}
              type={shown ? "text" : "password"}
              mono
              autoFocus
              value={token}
              onValue={setToken}
              onEnter={submit}
              aside={
                <IconButton
                  icon={shown ? EyeOff : Eye}
                  label={shown ? "Hide the token" : "Show the token"}
                  size="sm"
                  onClick={() => setShown(!shown)}
                />
              }
            />
          )}
        </Field>
        <Button
          variant="primary"
          icon={KeyRound}
          type="submit"
          busy={checking}
          disabled={token.trim() === ""}
        >
          {checking ? "Checking" : "Go on"}
        </Button>
        {connection.value === "gone" && checking && (
          <p class="sign-in-note" role="status">
            The server does not answer. This page tries again by itself.
          </p>
        )}
      </form>
    </dialog>
  );
}

function TypedText({ reason }: { reason: SignIn["reason"] }) {
  return (
    <p>
      {reason === "restarted" && "It makes a new token at each start. "}
      Paste the token that <code>atoll dev</code> printed in its terminal. It is asked for because
      this browser is on another machine than the server.
    </p>
  );
}

function BearerText({ reason }: { reason: SignIn["reason"] }) {
  const app = session.value?.app;
  return (
    <p>
      {reason === "expired" ? "Paste a new one, and you go on where you were. " : ""}
      Paste a token for the API{app ? ` of ${app}` : ""}, as your clients send it in{" "}
      <code>Authorization: Bearer</code>. It needs the scope of the Explorer, which is{" "}
      <code>explorer</code> unless the server was told another.
    </p>
  );
}
