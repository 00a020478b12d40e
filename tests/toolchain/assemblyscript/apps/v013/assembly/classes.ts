@json
export class Quote {
  @alias("q")
  text!: string;

  @alias("a")
  @omitif("this.author == ''")
  author: string = "";

  @omitif("this.year == 0")
  year: i32 = 0;

  @omitnull()
  note: string | null = null;
}
