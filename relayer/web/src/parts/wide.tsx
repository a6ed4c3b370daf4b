import type { ComponentChildren } from "preact";

/** What may be wider than a phone: it scrolls by itself, by keyboard, too. */
export const Wide = ({ label, children }: { label: string; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards reach the hidden part no other way.
  <section class="scroll" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
