/** Twice as much. */
export function doubled(n: i32): i32 {
  return n * 2;
}

export function halved(n: i32): i32 {
  return n / 2;
}
