/**
 * Someone, and where they live.
 */
export class Person {
  name!: string;
  age!: u8;
  address: Address | null = null;
  /**
   * What they like, and how much of ten.
   */
  likes: Map<string, i32> = new Map<string, i32>();
}

export class Address {
  street!: string;
  city!: string;
}
