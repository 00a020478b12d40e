import { secrets, utils } from "@hypermode/modus-sdk-as";

class Thing {}

export function secret(name: string): string {
  return secrets.getSecretValue(name);
}

export function userError(message: string): string {
  utils.throwUserError(message);
  return "went on";
}

/** Which of these a host function could not have given: only pointers to nothing. */
export function invalid(): bool[] {
  return [
    utils.resultIsInvalid(""),
    utils.resultIsInvalid(new Thing()),
    utils.resultIsInvalid<i32[]>([]),
    utils.resultIsInvalid<string | null>(null),
    utils.resultIsInvalid<Thing | null>(null),
    utils.resultIsInvalid(changetype<Thing>(0)),
    utils.resultIsInvalid(changetype<string>(0)),
  ];
}
