/* Conditions on the metadata, the labels and the keys of texts in collections. */

import { checkText } from "../json/scan";
import { jsonOf } from "./jsontext";

/** A condition that texts fulfil or do not: `where("year").gte(2000)`. */
export class Where {
  constructor(private json: string) {}

  /** The condition as JSON. */
  toString(): string {
    return this.json;
  }
}

/** A member of the metadata, to be compared with something. */
export class WhereMember {
  constructor(private name: string) {}

  eq<T>(value: T): Where {
    return this.compare("eq", jsonOf<T>(value));
  }

  /** Also where there is no such member. */
  ne<T>(value: T): Where {
    return this.compare("ne", jsonOf<T>(value));
  }

  lt<T>(value: T): Where {
    return this.compare("lt", jsonOf<T>(value));
  }

  lte<T>(value: T): Where {
    return this.compare("lte", jsonOf<T>(value));
  }

  gt<T>(value: T): Where {
    return this.compare("gt", jsonOf<T>(value));
  }

  gte<T>(value: T): Where {
    return this.compare("gte", jsonOf<T>(value));
  }

  /** One of some values. */
  in<T>(values: T[]): Where {
    return this.compare("in", jsonOf<T[]>(values));
  }

  /** None of some values; also where there is no such member. */
  notIn<T>(values: T[]): Where {
    return this.compare("notIn", jsonOf<T[]>(values));
  }

  /** A list that has a value, or a string that has it as a part. */
  contains<T>(value: T): Where {
    return this.compare("contains", jsonOf<T>(value));
  }

  /** Whether there is such a member. */
  exists(wanted: bool = true): Where {
    return this.compare("exists", wanted ? "true" : "false");
  }

  private compare(operator: string, operand: string): Where {
    return new Where("{" + jsonOf<string>(this.name) + ':{"' + operator + '":' + operand + "}}");
  }
}

/**
 * A member of the metadata, such as `year`, or `author.name` of a member that is an object. `$labels`
 * are the labels of a text, `$key` is its key.
 */
export function where(member: string): WhereMember {
  return new WhereMember(member);
}

/** A condition that is written as JSON: `{"year": {"gte": 2000}}`. Throws when it is not JSON. */
export function whereJSON(json: string): Where {
  return new Where(checked(json));
}

/** Holds where all of them hold. */
export function all(conditions: Where[]): Where {
  return new Where('{"and":[' + conditions.join(",") + "]}");
}

/** Holds where at least one of them holds. */
export function any(conditions: Where[]): Where {
  return new Where('{"or":[' + conditions.join(",") + "]}");
}

/** Holds where another one does not. */
export function not(condition: Where): Where {
  return new Where('{"not":' + condition.toString() + "}");
}

/** The text, which is one JSON value. Throws when it is not. */
export function checked(json: string): string {
  const start = changetype<usize>(json);
  checkText(start, start + (<usize>json.length << 1));
  return json;
}
