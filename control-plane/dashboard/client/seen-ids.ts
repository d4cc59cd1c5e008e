/** The last ids, to leave out what is told twice: after a failure a job may repeat results, and a resumed subscription some. */
export class SeenIds {
  private readonly ids = new Set<string>();

  constructor(private readonly most: number) {}

  /** Whether the id is new; one that is not there at all always is. */
  add(id: string | undefined): boolean {
    if (id === undefined) {
      return true;
    }
    if (this.ids.has(id)) {
      return false;
    }
    this.ids.add(id);
    if (this.ids.size > this.most) {
      // Sets go through their values in the order of insertion.
      for (const oldest of this.ids) {
        this.ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
