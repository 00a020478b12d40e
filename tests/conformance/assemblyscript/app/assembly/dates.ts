const NEW_YEAR: i64 = 1735689599999; // 2024-12-31T23:59:59.999Z

function isNewYear(date: Date): bool {
  return (
    date.getTime() == NEW_YEAR &&
    date.getUTCFullYear() == 2024 &&
    date.getUTCMonth() == 11 &&
    date.getUTCDate() == 31 &&
    date.getUTCMilliseconds() == 999
  );
}

export function testDateInput(d: Date): void {
  assert(isNewYear(d));
}

export function testDateOutput(): Date {
  return new Date(NEW_YEAR);
}

export function testNullDateInput(d: Date | null): void {
  assert(d !== null && isNewYear(d));
}

export function testNullDateOutput(): Date | null {
  return testDateOutput();
}

export function testNullDateInput_null(d: Date | null): void {
  assert(d === null);
}

export function testNullDateOutput_null(): Date | null {
  return null;
}

/** What the host wrote is what the guest would have made of the same moment. */
export function testDateParts(d: Date): string {
  const own = new Date(d.getTime());
  assert(own.getUTCFullYear() == d.getUTCFullYear(), "year");
  assert(own.getUTCMonth() == d.getUTCMonth(), "month");
  assert(own.getUTCDate() == d.getUTCDate(), "day");
  assert(own.toISOString() == d.toISOString(), "text");
  return d.toISOString();
}

export function testDateOf(milliseconds: i64): Date {
  return new Date(milliseconds);
}

export function testDatesOutput(): (Date | null)[] {
  return [new Date(-1), null, new Date(0)];
}
