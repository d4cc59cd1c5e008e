import { formatValue } from './format';
import { colorOf } from './chart';
import type { Series } from './series-store';
import type { Statistic } from '../../client';

interface SeriesTableProps {
  readonly series: readonly Series[];
  readonly labels: ReadonlyMap<string, string>;
  readonly visible: ReadonlySet<string>;
  readonly colors: ReadonlyMap<string, number>;
  readonly measure: string;
  readonly statistic: Statistic;
  /** The windows' start below the pointer, in milliseconds. */
  readonly cursor: number | undefined;
  readonly onVisible: (keys: readonly string[]) => void;
}

/** The series as the chart's legend: which are drawn, and their values now or below the pointer. */
export function SeriesTable(props: SeriesTableProps) {
  const { series, visible, measure, statistic, cursor, onVisible } = props;
  const toggle = (key: string): void => {
    const next = new Set(visible);
    if (!next.delete(key)) {
      next.add(key);
    }
    onVisible([...next]);
  };
  return (
    <div className="series-frame" tabIndex={0} role="region" aria-label="Series">
      <table className="series">
        <thead>
          <tr>
            <th scope="col">
              {series.length} series
            </th>
            <th scope="col" className="right value">
              {cursor === undefined ? 'now' : new Date(cursor).toLocaleTimeString()}
            </th>
            <th scope="col" className="right value extreme">
              min
            </th>
            <th scope="col" className="right value extreme">
              max
            </th>
            <th scope="col" className="right">
              <span className="hidden-visually">only this one</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map((one) => {
            const latest = (cursor === undefined ? one.latest : one.byStart.get(cursor))?.measures[measure];
            const label = props.labels.get(one.key) ?? one.key;
            return (
              <tr key={one.key}>
                <td>
                  <label>
                    <input type="checkbox" checked={visible.has(one.key)} onChange={() => toggle(one.key)} />
                    <span className="swatch" style={{ background: colorOf(props.colors.get(one.key) ?? 0) }} />
                    <span title={one.key}>{label}</span>
                  </label>
                </td>
                <td className="right number value">{formatValue(latest?.[statistic], measure)}</td>
                <td className="right number value extreme muted">{formatValue(latest?.min, measure)}</td>
                <td className="right number value extreme muted">{formatValue(latest?.max, measure)}</td>
                <td className="right">
                  {series.length > 1 ? (
                    <button
                      type="button"
                      className="button quiet small"
                      aria-label={`Only ${label}`}
                      onClick={() => onVisible([one.key])}
                    >
                      only
                    </button>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
