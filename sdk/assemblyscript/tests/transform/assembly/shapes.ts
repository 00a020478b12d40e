export enum Color {
  Green,
  Red = 4,
}

export type Names = string[];

export class Label {
  text: string = "";
}

/** Only a generic argument that may be null. */
export class Unseen {
  deep!: Deep;
}

export class Deep {
  size: u8 = 0;
}

/** The base. */
export class Base {
  static count: i32 = 0;
  /** Its name. */
  name!: string;
  private secret: i64 = 1;
  protected kept: bool = false;

  constructor(readonly id: u16 = 0) {}

  get upper(): string {
    return this.name.toUpperCase();
  }

  area(): f64 {
    return 0;
  }

  hidden(): i64 {
    return this.secret + (this.kept ? 1 : 0);
  }
}

@final
/** Between decorator and class. */
export class Circle extends Base {
  /**
   * How far.
   */
  radius: f64 = 0;

  area(): f64 {
    return this.radius * this.radius * 3.0;
  }
}

export class Pair<A, B> {
  constructor(
    /** The first. */
    public first: A,
    public second: B,
  ) {}
}

export namespace NS {
  export class Inner {
    value: f32 = 0;
  }
}
