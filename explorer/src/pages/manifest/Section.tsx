import type { ComponentChildren } from "preact";
import type { SectionId } from "./attention.ts";

interface Props {
  id: SectionId;
  title: string;
  about: string;
  /** Below the title. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A part of the manifest: what it is to the left, what is in it to the right. */
export function Section({ id, title, about, action, children }: Props) {
  return (
    <section class="manifest-section" id={id} aria-labelledby={`${id}-title`}>
      <div class="manifest-section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{about}</p>
        {action}
      </div>
      <div class="manifest-section-body">{children}</div>
    </section>
  );
}

/** In a section that has nothing. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="manifest-nothing">{children}</p>;
}
