import { memo } from 'react';
import { formatValue, titleOf } from './format';
import { combine } from './view';
import type { Series } from './series-store';

interface CardsProps {
  readonly measures: readonly string[];
  readonly series: readonly Series[];
  readonly windowMillis: number;
  readonly chosen: string;
  readonly onChoose: (measure: string) => void;
}

/** Windows that a card's sparkline shows. */
const WINDOWS = 60;

/** A card for each measure that the series have: its present value and the way there. Choosing one draws it. */
export function Cards({ measures, series, windowMillis, chosen, onChoose }: CardsProps) {
  return (
    <section className="cards" aria-label="Measures">
      {measures.map((measure) => {
        const combined = combine(series, measure, WINDOWS, windowMillis);
        return (
          <button
            key={measure}
            type="button"
            className="card"
            aria-pressed={measure === chosen}
            onClick={() => onChoose(measure)}
            title={`Draw ${measure}`}
          >
            <span className="name">
              {titleOf(measure)}
              {combined.series > 1 ? ` · mean of ${combined.series} series` : ''}
            </span>
            <span className="value number" data-measure={measure}>
              {formatValue(combined.latest, measure)}
            </span>
            <Sparkline values={combined.values} />
            <span className="small muted number nowrap">
              {combined.series === 0
                ? 'no values yet'
                : `${formatValue(combined.min, measure)} to ${formatValue(combined.max, measure)}`}
            </span>
          </button>
        );
      })}
    </section>
  );
}

/** The course of a value without axes. */
export const Sparkline = memo(function Sparkline({ values }: { values: readonly number[] }) {
  const least = Math.min(...values);
  const spread = Math.max(...values) - least;
  const path = values
    .map((it, index) => {
      const x = (index / Math.max(1, values.length - 1)) * 100;
      const y = spread === 0 ? 50 : 100 - ((it - least) / spread) * 100;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  return (
    <svg className="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {values.length > 1 ? <path d={path} /> : null}
    </svg>
  );
});
