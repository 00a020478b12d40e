// Before the first paint, so that the page does not flash: src/state/theme.ts does the rest.
try {
  const choice = JSON.parse(localStorage.getItem("atoll.theme"));
  if (choice === "light" || choice === "dark") {
    document.documentElement.dataset.theme = choice;
  }
} catch {
  // Without storage the system's theme holds.
}
