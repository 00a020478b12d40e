import { JSON } from "json-as";

export enum Level {
  Low = 1,
  High = 9,
}

@json
export class Point {
  x: f64 = 0;
  y: f64 = 0;

  constructor(x: f64 = 0, y: f64 = 0) {
    this.x = x;
    this.y = y;
  }

  @serializer
  private write(self: Point): string {
    return JSON.stringify("(" + self.x.toString() + "," + self.y.toString() + ")");
  }

  @deserializer
  private read(data: string): Point {
    const text = data.startsWith('"') ? JSON.parse<string>(data) : data;
    const parts = text.slice(1, -1).split(",");
    return new Point(f64.parse(parts[0]), f64.parse(parts[1]));
  }
}

@json
export class Account {
  static count: i32 = 0;
  private static readonly bytes: i32 = 3;
  private secret: string = "kept";
  @omit
  hidden: string = "here";
  name!: string;
  @alias("e_mail")
  email: string | null = null;
  tags: string[] = [];
  level: Level = Level.Low;
  active: bool = true;
  balance: f64 = 0.5;

  secretText(): string {
    return this.secret + Account.bytes.toString();
  }
}

@json
export class Everything {
  a: i32 = -7;
  b: u64 = 1;
  c: f32 = 1.5;
  d: string = "dee";
  e: string | null = "not null";
  f: Account = new Account();
  g: Account | null = null;
  h: i64[] = [1];
  i: Map<string, i32> = new Map<string, i32>();
  j: JSON.Raw = new JSON.Raw("{}");
  k: JSON.Raw | null = null;
  l: JSON.Box<i32> | null = null;
  m: Array<Array<string>> = [];
  n: Point = new Point();
  o: bool = false;
  p: Date | null = null;
  q: JSON.Value | null = null;
  @alias('q"uo\\te é')
  r: i8 = 0;
  bytes: u8[] | null = null;
}

@json
export class Chain {
  next: Chain | null = null;
}

@json
export class Kinds {
  @omitnull()
  first: string | null = null;
  @omitif((self: Kinds) => self.second == 0)
  second: i32 = 0;
  @omitnull()
  third: Chain | null = null;
  @omitif("this.fourth.length == 0")
  fourth: string = ""
}

@json
export class Shape {
  id: i32 = 0;
  kind: string = "shape";
}

@json
export class Square extends Shape {
  side: f64 = 1;
}

@json
export class Wrapped<T> {
  value!: T;
  label: string = "w";
}

@serializable
export class Old {
  inner: NotMarked = new NotMarked();
}

export class NotMarked {
  n: i32 = 3;
}
