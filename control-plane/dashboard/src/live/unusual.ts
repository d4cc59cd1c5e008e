import { keyOf } from './series-store';
import type { Anomaly, Band } from '../../client';

/** Of a measure of a series, window by window. */
interface Bounds {
  readonly start: number;
  readonly lower: number;
  readonly upper: number;
}

/** Anomalies that are kept: more than anyone reads. */
const MOST_ANOMALIES = 500;

/** What was unusual in a stream's series, and what is expected of them; the latter only since somebody looks. */
export class Unusual {
  private readonly byId = new Map<string, Anomaly>();
  private readonly bands = new Map<string, Bounds[]>();

  /** Says whether it was news. */
  add(anomaly: Anomaly): boolean {
    if (this.byId.has(anomaly.id)) {
      return false;
    }
    this.byId.set(anomaly.id, anomaly);
    if (this.byId.size > MOST_ANOMALIES) {
      const oldest = this.anomalies[this.byId.size - 1]!;
      this.byId.delete(oldest.id);
    }
    return true;
  }

  addBand(band: Band): void {
    const start = Date.parse(band.start);
    for (const [measure, expected] of Object.entries(band.measures)) {
      if (expected.phase !== 'active') {
        continue; // what is still being learned is no expectation
      }
      const key = bandKey(keyOf(band.dimensions), measure);
      const bounds = this.bands.get(key) ?? [];
      const last = bounds[bounds.length - 1];
      if (last === undefined || start > last.start) {
        bounds.push({ start, lower: expected.lower, upper: expected.upper });
        this.bands.set(key, bounds);
      }
    }
  }

  /** The newest first. */
  get anomalies(): readonly Anomaly[] {
    return [...this.byId.values()].sort((a, b) => Date.parse(b.start) - Date.parse(a.start));
  }

  /** In ascending order. */
  expected(series: string, measure: string): readonly Bounds[] {
    return this.bands.get(bandKey(series, measure)) ?? [];
  }

  forgetBefore(time: number): void {
    for (const [key, bounds] of this.bands) {
      const kept = bounds.filter((it) => it.start >= time);
      if (kept.length === 0) {
        this.bands.delete(key);
      } else if (kept.length < bounds.length) {
        this.bands.set(key, kept);
      }
    }
    for (const anomaly of this.byId.values()) {
      if (Date.parse(anomaly.start) < time) {
        this.byId.delete(anomaly.id);
      }
    }
  }
}

function bandKey(series: string, measure: string): string {
  return `${measure} ${series}`;
}
