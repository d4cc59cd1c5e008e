import { Fragment } from 'react';
import { Link } from 'react-router';
import { TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import { actionsOf, before, beside, percent, toneOf } from './model';
import type { Action, Model } from './model';

interface ModelPanelProps {
  readonly name: string;
  /** Of one stream, the newest first. */
  readonly models: readonly Model[];
  readonly onAction: (model: Model, action: Action) => void;
}

/** The versions of one stream's model, and what can be done with each. */
export function ModelPanel({ name, models, onAction }: ModelPanelProps) {
  const active = models.find((it) => it.state === 'active');
  return (
    <section className="panel" aria-label={`Models of ${name}`} data-active={active?.version ?? ''}>
      <div className="panel-head">
        <h2>
          <Link to={`/streams/${name}`}>{name}</Link>
        </h2>
        {active === undefined ? (
          <span className="badge">judged without a model</span>
        ) : (
          <span className="badge good">judged by version {active.version}</span>
        )}
      </div>
      <TableFrame label={`Versions of ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">State, and what to do</th>
              <th scope="col" className="right" title="How well it tells made anomalies from points as they were: 0.5 is chance, 1 perfect. In parentheses: the one that was active then, on the same points.">
                Separation
              </th>
              <th scope="col" className="right" title="The share of made anomalies above 99 % of the points as they were.">
                Found
              </th>
              <th scope="col" className="right" title="The share of the points that would be anomalies at medium sensitivity.">
                Alarms
              </th>
              <th scope="col">Learned from</th>
            </tr>
          </thead>
          <tbody>
            {models.map((it) => (
              <Fragment key={it.id}>
                <tr className="model" data-version={it.version} data-state={it.state}>
                  <td className="number">
                    <strong>{it.version}</strong>
                    <div className="muted nowrap">{dateTime(it.createdAt)}</div>
                    <div className="muted">{it.createdBy}</div>
                  </td>
                  <td>
                    <div className="stack">
                      <div>
                        <span className={`badge ${toneOf(it.state)}`}>{it.state}</span>
                      </div>
                      {actionsOf(it, models).map((action) => (
                        <div key={action}>
                          <button type="button" className="button small" onClick={() => onAction(it, action)}>
                            {labelOf(action, it, models)}
                          </button>
                        </div>
                      ))}
                    </div>
                  </td>
                  <td className="right number">{beside(it.metrics.separation, it.metrics.active?.separation)}</td>
                  <td className="right number">{percent(it.metrics.found)}</td>
                  <td className="right number">{percent(it.metrics.alarms)}</td>
                  <td className="number">
                    <span className="nowrap">
                      {it.points} points of {it.metrics.data?.series ?? '–'} series
                    </span>
                    <div className="muted nowrap">
                      {dateTime(it.from)} – {dateTime(it.to)}
                      {it.metrics.data?.complete === false ? ', not all of it' : ''}
                    </div>
                    <details className="muted">
                      <summary>{it.measures.length === 1 ? 'one measure' : `${it.measures.length} measures`}</summary>
                      {it.measures.join(', ')}
                    </details>
                  </td>
                </tr>
                {it.objection !== undefined ? (
                  <tr className="objection">
                    <td colSpan={6}>
                      <span className="badge warning">objection</span> {it.objection}
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}

function labelOf(action: Action, model: Model, models: readonly Model[]): string {
  switch (action) {
    case 'activate':
      return `Activate version ${model.version}`;
    case 'rollback':
      return `Go back to version ${before(model, models)?.version ?? ''}`;
    case 'deactivate':
      return 'Judge without a model';
  }
}
