import { Field } from '../ui/parts';
import { valueAt, withValue } from './draft';
import { moved, skipOf, stepsOf, withAnother, withinOf, withSkip, withWithin } from './sequence';
import { StepForm } from './step-form';
import type { Draft } from './draft';
import type { FormProps } from './spec-form';

interface SequenceFormProps extends FormProps {
  readonly onYaml: () => void;
}

const SKIPS: readonly (readonly [string, string])[] = [
  ['', 'end with it'],
  ['skipToNext', 'end where they began with it'],
  ['noSkip', 'go on'],
];

/** The steps of a sequence, in their order, and what holds for all of them. */
export function SequenceForm(props: SequenceFormProps) {
  const { draft, faults, onChange, onYaml } = props;
  const steps = stepsOf(draft);
  const skip = skipOf(draft);
  if (steps === undefined || skip === undefined) {
    return (
      <div className="note">
        <span>The form cannot show what is written as this sequence’s {steps === undefined ? 'steps' : 'skip'}. It stays as it is.</span>
        <div>
          <button type="button" className="button small" onClick={onYaml}>
            Change it as YAML
          </button>
        </div>
        {faults.within('#/condition') !== undefined ? <span className="fault">{faults.within('#/condition')}</span> : null}
      </div>
    );
  }
  const within = withinOf(draft);
  const set = (next: readonly Draft[]): void => onChange(withValue(draft, ['condition', 'steps'], next));
  const change = (index: number, step: Draft): void => set(steps.map((it, at) => (at === index ? step : it)));
  const names = steps.map((it) => String(it['name'] ?? '')).filter((it) => it !== '');
  const skips = [...SKIPS, ['skipPastLastEvent', 'end with it (as written)'] as const].filter(([it]) => it !== 'skipPastLastEvent' || skip === it);
  const toSteps = names.flatMap((it) => [
    [`skipToFirst ${it}`, `go on from the first of ${it}`] as const,
    [`skipToLast ${it}`, `go on from the last of ${it}`] as const,
  ]);
  const known = [...skips, ...toSteps].some(([it]) => it === skip);
  return (
    <>
      <ol className="steps">
        {steps.map((step, index) => (
          <li key={index}>
            <StepForm
              step={step}
              index={index}
              count={steps.length}
              faults={faults}
              onChange={(next) => change(index, next)}
              onMove={(by) => set(moved(steps, index, by))}
              onRemove={() => set(steps.filter((_, at) => at !== index))}
              onYaml={onYaml}
            />
          </li>
        ))}
      </ol>
      <div>
        <button type="button" className="button" onClick={() => set(withAnother(steps))}>
          Add a step
        </button>
      </div>
      {faults.at('#/condition/steps') !== undefined ? <span className="fault">{faults.at('#/condition/steps')}</span> : null}
      <div className="fields">
        <Field
          label="Within"
          fault={faults.at('#/condition/within') ?? faults.at('#/condition/within/firstToLast')}
          hint="From the first event to the last: 10m."
        >
          {(field) => <input {...field} type="text" value={within.all} onChange={(event) => onChange(withWithin(draft, 'all', event.target.value))} />}
        </Field>
        <Field label="From one to the next" fault={faults.at('#/condition/within/previousToCurrent')} hint="Empty: any time.">
          {(field) => <input {...field} type="text" value={within.gap} onChange={(event) => onChange(withWithin(draft, 'gap', event.target.value))} />}
        </Field>
        <Field label="It is found" fault={faults.at('#/condition/on')}>
          {(field) => (
            <select
              {...field}
              value={String(valueAt(draft, ['condition', 'on']) ?? '')}
              onChange={(event) => onChange(withValue(draft, ['condition', 'on'], event.target.value))}
            >
              <option value="">when all steps came</option>
              {valueAt(draft, ['condition', 'on']) === 'match' ? <option value="match">when all steps came (as written)</option> : null}
              <option value="timeout">when it began and did not finish in time</option>
              <option value="both">in both cases</option>
            </select>
          )}
        </Field>
        <Field label="What it began meanwhile will" fault={faults.within('#/condition/skip')}>
          {(field) => (
            <select {...field} value={skip} onChange={(event) => onChange(withSkip(draft, event.target.value))}>
              {[...skips, ...toSteps].map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
              {known ? null : <option value={skip}>{skip}</option>}
            </select>
          )}
        </Field>
      </div>
    </>
  );
}
