import { Empty, ProblemNote } from '../ui/parts';
import { Ago } from '../ui/time';
import { formatValue, titleOf } from './format';
import { keyText } from './incident-panel';
import type { UnusualData } from './use-unusual';
import type { AnomalyKind } from '../../client';

/** Anomalies that are listed; the chart marks all. */
const SHOWN = 20;

const KINDS: Readonly<Record<AnomalyKind, string>> = {
  spike: 'spike',
  dip: 'dip',
  level_shift: 'level shift',
  trend: 'trend',
  flatline: 'flat line',
  missing: 'missing',
  combination: 'combination',
};

/** What of the range was unusual for its series, the newest first; a click shows its measure. */
export function AnomalyPanel({ data, onMeasure }: { data: UnusualData; onMeasure: (measure: string) => void }) {
  const begun = data.unusual.anomalies.filter((it) => it.begins);
  return (
    <section className="panel" aria-label="Anomalies">
      <div className="panel-head">
        <h2>Unusual</h2>
        <span className="small muted number" role="status">
          {begun.length > SHOWN ? `the last ${SHOWN} of ${begun.length}` : ''}
        </span>
      </div>
      {data.problem !== undefined ? <ProblemNote problem={data.problem} /> : null}
      {begun.length === 0 && data.problem === undefined ? (
        <Empty title="Nothing unusual">
          <p>Each series is compared with its own past, once it has thirty windows of it.</p>
        </Empty>
      ) : null}
      <ul className="anomalies" tabIndex={0} aria-label="Anomalies">
        {begun.slice(0, SHOWN).map((it) => (
          <li key={it.id} className="incident unusual" data-kind={it.kind}>
            <div className="title">
              <button type="button" className="link" onClick={() => onMeasure(it.measure)}>
                {titleOf(it.measure)}
              </button>
              <span className="badge">{KINDS[it.kind]}</span>
            </div>
            <span>
              {it.value === undefined ? 'No value' : formatValue(it.value, it.measure)}, expected{' '}
              {formatValue(it.expected, it.measure)}
            </span>
            <span className="small muted">
              {keyText(it.dimensions)} · score {it.score.toFixed(2)} · <Ago at={it.start} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
