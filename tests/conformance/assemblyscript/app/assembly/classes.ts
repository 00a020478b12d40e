export class TestClass1 {
  a: bool = false;
}

export class TestClass2 {
  a: bool = false;
  b: isize = 0;
}

export class TestClass3 {
  a: bool = false;
  b: isize = 0;
  c: string = "";
}

export class TestClass4 {
  a: bool = false;
  b: isize = 0;
  c: string | null = null;
}

export class TestClass5 {
  a: bool = false;
  b: TestClass3 = new TestClass3();
}

export class TestRecursiveClass {
  a: bool = false;
  b: TestRecursiveClass | null = null;
}

export function testClassInput1(o: TestClass1): void {
  assert(o.a == true);
}

export function testClassOutput1(): TestClass1 {
  return { a: true };
}

export function testClassOutput1_map(): TestClass1 {
  return testClassOutput1();
}

export function testNullableClassInput1(o: TestClass1 | null): void {
  assert(o !== null && o.a);
}

export function testNullableClassInput1_null(o: TestClass1 | null): void {
  assert(o === null);
}

export function testNullableClassOutput1(): TestClass1 | null {
  return testClassOutput1();
}

export function testNullableClassOutput1_null(): TestClass1 | null {
  return null;
}

export function testClassInput2(o: TestClass2): void {
  assert(o.a && o.b == 123);
}

export function testClassOutput2(): TestClass2 {
  return { a: true, b: 123 };
}

export function testClassOutput2_map(): TestClass2 {
  return testClassOutput2();
}

export function testClassInput3(o: TestClass3): void {
  assert(o.a && o.b == 123 && o.c == "abc");
}

export function testClassOutput3(): TestClass3 {
  return { a: true, b: 123, c: "abc" };
}

export function testClassOutput3_map(): TestClass3 {
  return testClassOutput3();
}

export function testClassInput4(o: TestClass4): void {
  assert(o.a && o.b == 123 && o.c !== null && o.c! == "abc");
}

export function testClassInput4_withNull(o: TestClass4): void {
  assert(o.a && o.b == 123 && o.c === null);
}

export function testClassOutput4(): TestClass4 {
  return { a: true, b: 123, c: "abc" };
}

export function testClassOutput4_map(): TestClass4 {
  return testClassOutput4();
}

export function testClassOutput4_withNull(): TestClass4 {
  return { a: true, b: 123, c: null };
}

export function testClassOutput4_map_withNull(): TestClass4 {
  return testClassOutput4_withNull();
}

export function testClassInput5(o: TestClass5): void {
  assert(o.a && o.b.a && o.b.b == 123 && o.b.c == "abc");
}

export function testClassOutput5(): TestClass5 {
  return { a: true, b: { a: true, b: 123, c: "abc" } };
}

export function testClassOutput5_map(): TestClass5 {
  return testClassOutput5();
}

export function testRecursiveClassInput(o: TestRecursiveClass): void {
  assert(o.a && o.b !== null && !o.b!.a && o.b!.b === null);
}

/** It contains itself. */
export function testRecursiveClassOutput(): TestRecursiveClass {
  const o: TestRecursiveClass = { a: true, b: null };
  o.b = o;
  return o;
}
