/* Arithmetic of vectors, of any type of number. */

/** Throws when a number is not one. */
export function checkValidNumber<T extends number>(a: T): void {
  if (isFloat<T>()) {
    if (isNaN<T>(a)) throw new Error("A vector's number is not a number.");
  } else if (!isInteger<T>()) {
    throw new Error("A vector must be of numbers, not of " + nameof<T>() + ".");
  }
}

function checkNotEmpty<T extends number>(a: T[]): void {
  if (a.length == 0) throw new Error("A vector must not be empty.");
}

function checkPair<T extends number>(a: T[], b: T[]): void {
  checkNotEmpty<T>(a);
  if (a.length != b.length) {
    throw new Error(
      `Vectors must be of the same length, not of ${a.length} and ${b.length} numbers.`,
    );
  }
}

function checkDivisor<T extends number>(b: T): void {
  if (b == <T>0) throw new Error("A vector cannot be divided by zero.");
}

/** The sums of the numbers of two vectors. */
export function add<T extends number>(a: T[], b: T[]): T[] {
  checkPair<T>(a, b);
  const result = a.slice();
  addInPlace<T>(result, b);
  return result;
}

/** As `add`, into the first vector. */
export function addInPlace<T extends number>(a: T[], b: T[]): void {
  checkPair<T>(a, b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] + b[i])));
}

/** The differences of the numbers of two vectors. */
export function subtract<T extends number>(a: T[], b: T[]): T[] {
  checkPair<T>(a, b);
  const result = a.slice();
  subtractInPlace<T>(result, b);
  return result;
}

/** As `subtract`, into the first vector. */
export function subtractInPlace<T extends number>(a: T[], b: T[]): void {
  checkPair<T>(a, b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] - b[i])));
}

/** A vector with a number added to each of its own. */
export function addNumber<T extends number>(a: T[], b: T): T[] {
  const result = a.slice();
  addNumberInPlace<T>(result, b);
  return result;
}

/** As `addNumber`, into the vector itself. */
export function addNumberInPlace<T extends number>(a: T[], b: T): void {
  checkNotEmpty<T>(a);
  checkValidNumber<T>(b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] + b)));
}

/** A vector with a number taken from each of its own. */
export function subtractNumber<T extends number>(a: T[], b: T): T[] {
  const result = a.slice();
  subtractNumberInPlace<T>(result, b);
  return result;
}

/** As `subtractNumber`, into the vector itself. */
export function subtractNumberInPlace<T extends number>(a: T[], b: T): void {
  checkNotEmpty<T>(a);
  checkValidNumber<T>(b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] - b)));
}

/** A vector with each of its numbers multiplied by one. */
export function multiplyNumber<T extends number>(a: T[], b: T): T[] {
  const result = a.slice();
  multiplyNumberInPlace<T>(result, b);
  return result;
}

/** As `multiplyNumber`, into the vector itself. */
export function multiplyNumberInPlace<T extends number>(a: T[], b: T): void {
  checkNotEmpty<T>(a);
  checkValidNumber<T>(b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] * b)));
}

/** A vector with each of its numbers divided by one, which is not zero. */
export function divideNumber<T extends number>(a: T[], b: T): T[] {
  const result = a.slice();
  divideNumberInPlace<T>(result, b);
  return result;
}

/** As `divideNumber`, into the vector itself. */
export function divideNumberInPlace<T extends number>(a: T[], b: T): void {
  checkNotEmpty<T>(a);
  checkValidNumber<T>(b);
  checkDivisor<T>(b);
  for (let i = 0; i < a.length; i++) unchecked((a[i] = <T>(a[i] / b)));
}

/** The dot product of two vectors. */
export function dot<T extends number>(a: T[], b: T[]): T {
  checkPair<T>(a, b);
  let total = <T>0;
  for (let i = 0; i < a.length; i++) total = <T>(total + unchecked(a[i] * b[i]));
  return total;
}

/** The length of a vector in space: the square root of its dot product with itself. */
export function magnitude<T extends number>(a: T[]): T {
  checkNotEmpty<T>(a);
  // Squares of small types seldom fit them.
  let total: f64 = 0;
  for (let i = 0; i < a.length; i++) {
    const value = <f64>unchecked(a[i]);
    total += value * value;
  }
  return <T>Math.sqrt(total);
}

/** A vector of the same direction, of magnitude 1. Throws when the vector has no direction. */
export function normalize<T extends number>(a: T[]): T[] {
  return divideNumber<T>(a, magnitude<T>(a));
}

/** The sum of a vector's numbers. */
export function sum<T extends number>(a: T[]): T {
  checkNotEmpty<T>(a);
  let total = <T>0;
  for (let i = 0; i < a.length; i++) total = <T>(total + unchecked(a[i]));
  return total;
}

/** The product of a vector's numbers. */
export function product<T extends number>(a: T[]): T {
  checkNotEmpty<T>(a);
  let total = <T>1;
  for (let i = 0; i < a.length; i++) total = <T>(total * unchecked(a[i]));
  return total;
}

/** The mean of a vector's numbers; of whole numbers, cut to a whole number. */
export function mean<T extends number>(a: T[]): T {
  if (isFloat<T>()) return <T>(sum<T>(a) / <T>a.length);
  checkNotEmpty<T>(a);
  // Neither the sum nor the length need fit a small type.
  if (isSigned<T>()) {
    let total: i64 = 0;
    for (let i = 0; i < a.length; i++) total += <i64>unchecked(a[i]);
    return <T>(total / <i64>a.length);
  } else {
    let total: u64 = 0;
    for (let i = 0; i < a.length; i++) total += <u64>unchecked(a[i]);
    return <T>(total / <u64>a.length);
  }
}

/** The least of a vector's numbers. */
export function min<T extends number>(a: T[]): T {
  checkNotEmpty<T>(a);
  let least = unchecked(a[0]);
  for (let i = 1; i < a.length; i++) if (unchecked(a[i]) < least) least = unchecked(a[i]);
  return least;
}

/** The greatest of a vector's numbers. */
export function max<T extends number>(a: T[]): T {
  checkNotEmpty<T>(a);
  let greatest = unchecked(a[0]);
  for (let i = 1; i < a.length; i++) if (unchecked(a[i]) > greatest) greatest = unchecked(a[i]);
  return greatest;
}

/** A vector of the absolute values of a vector's numbers. */
export function abs<T extends number>(a: T[]): T[] {
  const result = a.slice();
  absInPlace<T>(result);
  return result;
}

/** As `abs`, into the vector itself. */
export function absInPlace<T extends number>(a: T[]): void {
  checkNotEmpty<T>(a);
  for (let i = 0; i < a.length; i++) {
    const value = unchecked(a[i]);
    // Not only below zero: that of floats has a sign, too.
    if (value <= <T>0) unchecked((a[i] = <T>(<T>0 - value)));
  }
}

/** How far two vectors are from each other in space. */
export function euclidianDistance<T extends number>(a: T[], b: T[]): f64 {
  checkPair<T>(a, b);
  let total: f64 = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = <f64>unchecked(a[i]) - <f64>unchecked(b[i]);
    total += difference * difference;
  }
  return Math.sqrt(total);
}
