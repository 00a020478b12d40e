export class Base {
  id: i64 = 0;
  flag: bool = false;
}

export class Derived extends Base {
  ratio: f64 = 0;
  small: u8 = 0;
  text: string = "";
  low: i16 = 0;
  high: u16 = 0;
}

export class Third extends Derived {
  last: bool = false;
  base: Base | null = null;
}

function third(): Third {
  const made = new Third();
  made.id = -1;
  made.flag = true;
  made.ratio = 0.25;
  made.small = 255;
  made.text = "t";
  made.low = -32768;
  made.high = 65535;
  made.last = true;
  made.base = made;
  return made;
}

export function testInheritanceInput(value: Third): void {
  const expected = third();
  assert(value.id == expected.id, "id");
  assert(value.flag == expected.flag, "flag");
  assert(value.ratio == expected.ratio, "ratio");
  assert(value.small == expected.small, "small");
  assert(value.text == expected.text, "text");
  assert(value.low == expected.low, "low");
  assert(value.high == expected.high, "high");
  assert(value.last == expected.last, "last");
  const base = value.base;
  assert(base !== null && base.id == 5 && !base.flag, "base");
}

/** Its last field holds an object of a subclass, whose own fields the declared class lacks. */
export function testInheritanceOutput(): Third {
  return third();
}

export function testSubclassOutput(): Base {
  return third();
}

export class Wide {
  p: u8 = 0;
  q: i64 = 0;
  x: u16 = 0;
  y: f32 = 0;
  z: u8 = 0;
  w: bool = false;
  fn: i32 = 0;
  k: u64 = 0;
  s: string = "";
  d: f64 = 0;
  b: i8 = 0;
}

export function testWidthsInput(o: Wide): void {
  assert(o.p == 200, "p");
  assert(o.q == i64.MIN_VALUE, "q");
  assert(o.x == 60000, "x");
  assert(o.y == 1.5, "y");
  assert(o.z == 100, "z");
  assert(o.w, "w");
  assert(o.fn == -7, "fn");
  assert(o.k == u64.MAX_VALUE, "k");
  assert(o.s == "s", "s");
  assert(o.d == -0.125, "d");
  assert(o.b == -128, "b");
}

export function testWidthsOutput(): Wide {
  return {
    p: 200, q: i64.MIN_VALUE, x: 60000, y: 1.5, z: 100, w: true, fn: -7, k: u64.MAX_VALUE, s: "s",
    d: -0.125, b: -128,
  };
}

export class Empty {}

export function testEmptyClassInput(o: Empty, list: Empty[]): i32 {
  assert(changetype<usize>(o) != 0);
  return list.length;
}

export function testEmptyClassOutput(): Empty {
  return new Empty();
}

export class Private {
  static count: i32 = 3;
  readonly kept: u16 = 9;
  private secret: i64 = 1;
  protected own: string = "o";

  constructor(private first: u8 = 0) {}

  get sum(): i64 {
    return this.secret + <i64>this.first + <i64>this.kept;
  }

  say(): string {
    return this.own + this.sum.toString();
  }
}

export function testPrivateInput(o: Private): string {
  return o.say();
}

export function testPrivateOutput(): Private {
  return new Private(2);
}

export class Box<T> {
  constructor(public item: T, public count: u8) {}
}

export namespace Shop {
  export class Shelf {
    boxes: Box<string>[] = [];
  }
}

export function testGenericInput(a: Box<string>, b: Box<f64>, c: Box<Box<i8>[]>): string {
  return `${a.item}${a.count} ${b.item}${b.count} ${c.item[0].item}${c.count}`;
}

export function testGenericOutput(): Box<Box<f64> | null> {
  return new Box<Box<f64> | null>(new Box<f64>(1.5, 1), 2);
}

export function testNamespaceOutput(): Shop.Shelf {
  return { boxes: [new Box<string>("a", 1)] };
}

export enum Colour {
  Red,
  Blue = 7,
}

export function testEnumInput(colour: Colour): bool {
  return colour == Colour.Blue;
}

export function testEnumOutput(): Colour {
  return Colour.Blue;
}
