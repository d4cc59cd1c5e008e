import type { Aggregate } from '../../client';

/** A series with its results, one for each window, by the window's start. */
export interface Series {
  readonly key: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly byStart: ReadonlyMap<number, Aggregate>;
  /** Starts in ascending order. */
  readonly starts: readonly number[];
  readonly latest: Aggregate | undefined;
}

class MutableSeries implements Series {
  readonly byStart = new Map<number, Aggregate>();
  private sorted: number[] = [];
  private dirty = false;

  constructor(
    readonly key: string,
    readonly dimensions: Readonly<Record<string, string>>,
  ) {}

  get starts(): readonly number[] {
    if (this.dirty) {
      this.sorted.sort((a, b) => a - b);
      this.dirty = false;
    }
    return this.sorted;
  }

  get latest(): Aggregate | undefined {
    const last = this.starts[this.starts.length - 1];
    return last === undefined ? undefined : this.byStart.get(last);
  }

  /** Whether the result says something new. */
  add(start: number, aggregate: Aggregate): boolean {
    const known = this.byStart.get(start);
    if (known !== undefined && !supersedes(aggregate, known)) {
      return false;
    }
    this.byStart.set(start, aggregate);
    if (known === undefined) {
      const last = this.sorted[this.sorted.length - 1];
      this.dirty ||= last !== undefined && start < last;
      this.sorted.push(start);
    }
    return true;
  }

  copy(): MutableSeries {
    const copy = new MutableSeries(this.key, this.dimensions);
    this.starts.forEach((it) => copy.add(it, this.byStart.get(it)!));
    return copy;
  }

  forgetBefore(time: number): void {
    if ((this.starts[0] ?? time) >= time) {
      return;
    }
    const kept = this.starts.findIndex((it) => it >= time);
    const forgotten = this.sorted.splice(0, kept < 0 ? this.sorted.length : kept);
    forgotten.forEach((it) => this.byStart.delete(it));
  }
}

/**
 * The results of a stream's windows of one size, stored ones and live ones, in whatever order they come: history and live data
 * overlap, resumed subscriptions repeat, late results correct. What is said of a window last, by its revision, counts.
 */
export class SeriesStore {
  private readonly all = new Map<string, MutableSeries>();
  private changes = 0;

  /** One more with each change, to see whether anything is new. */
  get version(): number {
    return this.changes;
  }

  /** In the order of their keys, which is stable. */
  get series(): readonly Series[] {
    return [...this.all.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  add(aggregate: Aggregate): void {
    const key = keyOf(aggregate.dimensions);
    let series = this.all.get(key);
    if (series === undefined) {
      series = new MutableSeries(key, aggregate.dimensions);
      this.all.set(key, series);
    }
    if (series.add(Date.parse(aggregate.start), aggregate)) {
      this.changes += 1;
    }
  }

  /** The store as it is now; what comes later changes only the original. */
  copy(): SeriesStore {
    const copy = new SeriesStore();
    this.all.forEach((series, key) => copy.all.set(key, series.copy()));
    copy.changes = this.changes;
    return copy;
  }

  /** Forgets windows that began before a time, and series that have no other. */
  forgetBefore(time: number): void {
    for (const series of this.all.values()) {
      series.forgetBefore(time);
      if (series.starts.length === 0) {
        this.all.delete(series.key);
        this.changes += 1;
      }
    }
  }
}

/** A series' name in addresses: `host=a,kind=cpu`. */
export function keyOf(dimensions: Readonly<Record<string, string>>): string {
  return Object.keys(dimensions)
    .sort()
    .map((name) => `${name}=${dimensions[name]}`)
    .join(',');
}

/** Early results are overtaken by later ones, and by complete ones; these by larger revisions. */
function supersedes(next: Aggregate, known: Aggregate): boolean {
  if (next.timing === 'early') {
    return known.timing === 'early' && next.count >= known.count;
  }
  return known.timing === 'early' || next.revision > known.revision;
}
