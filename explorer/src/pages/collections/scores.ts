/** Two digits: a third one says nothing that a person could use. */
export function scoreText(score: number): string {
  return Number.isFinite(score) ? score.toFixed(2).replace(/^-0\.00$/, "0.00") : "–";
}

/** How much of a bar a score fills, in percent; scores of vectors may be below zero. */
export function scoreFill(score: number): number {
  return Number.isFinite(score) ? Math.round(Math.min(Math.max(score, 0), 1) * 100) : 0;
}
