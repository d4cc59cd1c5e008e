import { Empty, TableFrame } from '../ui/parts';
import { dateTime } from '../ui/time';
import { isOpen, percent, toneOf } from './model';
import type { Model, Training } from './model';

interface TrainingPanelProps {
  readonly trainings: readonly Training[];
  readonly models: readonly Model[];
  readonly nameOf: (stream: string) => string;
}

/** What was or is being trained, the newest first, and what came of it. */
export function TrainingPanel({ trainings, models, nameOf }: TrainingPanelProps) {
  return (
    <section className="panel" aria-label="Trainings">
      <div className="panel-head">
        <h2>Trainings</h2>
      </div>
      {trainings.length === 0 ? (
        <Empty title="Nothing was trained yet">
          <p>Every stream with results of more than a day is trained by itself, once a day, or when somebody asks for it.</p>
        </Empty>
      ) : (
        <TableFrame label="Trainings">
          <table>
            <thead>
              <tr>
                <th scope="col">Stream</th>
                <th scope="col">State</th>
                <th scope="col">What came of it</th>
                <th scope="col">Asked for</th>
              </tr>
            </thead>
            <tbody>
              {trainings.map((it) => (
                <tr key={it.id} className="training" data-state={it.state}>
                  <td>{nameOf(it.stream)}</td>
                  <td>
                    <span className={`badge ${toneOf(it.state)}`}>{it.state}</span> {it.state === 'running' ? <Progress training={it} /> : null}
                  </td>
                  <td>{outcomeOf(it, models)}</td>
                  <td className="number">
                    <span className="nowrap">{dateTime(it.requestedAt)}</span>
                    <div className="muted">{it.scheduled ? 'by the platform' : it.requestedBy}</div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </section>
  );
}

function Progress({ training }: { training: Training }) {
  return <span className="number muted">{percent(training.progress)}</span>;
}

function outcomeOf(training: Training, models: readonly Model[]): string {
  if (training.detail !== undefined) {
    return training.detail;
  }
  if (training.model === undefined) {
    return isOpen(training) ? '' : '–';
  }
  const model = models.find((it) => it.id === training.model);
  return model === undefined ? 'a model that is not kept any more' : `version ${model.version}`;
}
