/**
 * How long to wait before the next attempt: twice as long each time, up to a bound, and of that a random part between a half and
 * all, so that thousands of clients of a server that has restarted do not come back at the same moment.
 */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly firstMillis = 500,
    private readonly mostMillis = 30_000,
    private readonly random: () => number = Math.random,
  ) {}

  /** The attempts since the last {@link reset}. */
  get attempt(): number {
    return this.attempts;
  }

  /** Counts an attempt and says how long it has to wait. */
  next(): number {
    const full = Math.min(this.mostMillis, this.firstMillis * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return Math.round(full * (0.5 + 0.5 * this.random()));
  }

  /** After a connection that has proved good. */
  reset(): void {
    this.attempts = 0;
  }
}
