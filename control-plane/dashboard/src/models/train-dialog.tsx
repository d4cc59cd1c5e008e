import { useState } from 'react';
import { usePlatform } from '../app/platform';
import { problemOf } from '../app/use-resource';
import { Faults } from '../ui/faults';
import { Dialog, Field, ProblemNote } from '../ui/parts';
import { millisOf } from '../ui/time';
import type { Training } from './model';
import type { Problem } from '../../client';

const RANGES = ['1h', '6h', '1d', '3d', '7d', '14d', '30d'];

interface TrainDialogProps {
  readonly streams: readonly string[];
  readonly stream: string;
  readonly onClose: () => void;
  readonly onTraining: (training: Training) => void;
}

/** Asks for a training: of which stream, and from how much of its past. */
export function TrainDialog({ streams, stream, onClose, onTraining }: TrainDialogProps) {
  const { rest } = usePlatform();
  const [chosen, setChosen] = useState(stream === '' ? (streams[0] ?? '') : stream);
  const [range, setRange] = useState('14d');
  const [force, setForce] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const faults = new Faults(problem);
  const ofStream = faults.at('#/stream');
  const elsewhere = faults.rest();
  return (
    <Dialog title="Train a model" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setSending(true);
          setProblem(undefined);
          const body = { stream: chosen, from: new Date(Date.now() - millisOf(range)).toISOString(), force };
          rest
            .send<Training>('/models:train', { method: 'POST', body })
            .then(
              (answer) => onTraining(answer.body),
              (error: unknown) => setProblem(problemOf(error)),
            )
            .finally(() => setSending(false));
        }}
      >
        {elsewhere !== undefined ? <ProblemNote problem={elsewhere} /> : null}
        <Field label="Of the stream" fault={ofStream}>
          {(props) => (
            <select {...props} value={chosen} onChange={(event) => setChosen(event.target.value)}>
              {streams.map((it) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="From the last" hint="The more of its days and weeks it sees, the better it knows what is usual at which time.">
          {(props) => (
            <select {...props} value={range} onChange={(event) => setRange(event.target.value)}>
              {RANGES.map((it) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
        <label className="check">
          <input type="checkbox" checked={force} onChange={(event) => setForce(event.target.checked)} />
          It judges the stream from then on, whatever is found against it
        </label>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={sending || chosen === ''}>
            Begin
          </button>
        </div>
      </form>
    </Dialog>
  );
}
