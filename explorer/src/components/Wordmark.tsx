import "./Wordmark.css";

/** An atoll from above: a ring of land, open to the sea at one place, with a lagoon inside. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <circle class="mark-lagoon" cx="16" cy="16" r="9" />
      <path class="mark-ring" d="M16.4 4.6a11.4 11.4 0 1 1-9.9 6.2" />
      <circle class="mark-islet" cx="10" cy="6.9" r="2.1" />
    </svg>
  );
}

export function Wordmark({ size = 24 }: { size?: number }) {
  return (
    <span class="wordmark">
      <Mark size={size} />
      <span class="wordmark-name">Atoll</span>
    </span>
  );
}
