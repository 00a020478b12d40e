/* Answers of models, as they come. */

/** A text that comes piece by piece. */
export abstract class TextStream {
  /**
   * Waits for the next piece of the text; null at the end. Throws when the model fails meanwhile.
   *
   *     for (let piece = pieces.next(); piece !== null; piece = pieces.next()) { ... }
   */
  abstract next(): string | null;

  /** Ends the answer, at the model too. What the stream was read for may be over earlier. */
  abstract close(): void;

  /** Waits for all of the text that is still to come. */
  rest(): string {
    const pieces: string[] = [];
    for (let piece = this.next(); piece !== null; piece = this.next()) pieces.push(piece);
    return pieces.join("");
  }
}
