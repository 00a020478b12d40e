import { models } from "@hypermode/modus-sdk-as";
import { Model } from "@hypermode/modus-sdk-as/assembly/models";

@json
class Question {
  stream: bool = true;
}

@json
class Nothing {}

class PlainModel extends Model<Question, Nothing> {}

/** Name and data of each. */
export function allEvents(): string[][] {
  const events = models.getModel<PlainModel>("chat").events(new Question());
  const found: string[][] = [];
  for (let event = events.next(); event !== null; event = events.next()) {
    found.push([event.name, event.data]);
  }
  return found;
}
