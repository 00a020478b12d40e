export function now(): i64 {
  return Date.now();
}

/** Milliseconds that it took by both clocks, whichever saw fewer. */
export function spin(duration: i64): i64 {
  const start = performance.now();
  const startOfDay = Date.now();
  while (performance.now() - start < <f64>duration || Date.now() - startOfDay < duration) {}
  return min<i64>(<i64>(performance.now() - start), Date.now() - startOfDay);
}
