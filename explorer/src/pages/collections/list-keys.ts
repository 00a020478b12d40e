const STEPS: { [key: string]: number } = { ArrowDown: 1, ArrowUp: -1 };

/** Arrow keys, Home and End move the focus among those of a list that match. */
export function rove(event: KeyboardEvent, list: HTMLElement | null, selector: string): void {
  if (list === null || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const all = [...list.querySelectorAll<HTMLElement>(selector)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) {
    return;
  }
  const to = { ...STEPS, Home: -at, End: all.length - 1 - at }[event.key];
  if (to === undefined) {
    return;
  }
  event.preventDefault();
  all[Math.min(Math.max(at + to, 0), all.length - 1)]?.focus();
}
