import { stringify } from 'yaml';
import { Field } from '../ui/parts';
import { withValue } from './draft';
import {
  boundsOf,
  CONTIGUITIES,
  isNegative,
  QUANTITIES,
  quantityOf,
  unsaid,
  withBound,
  withContiguity,
  withFlag,
  withQuantity,
} from './sequence';
import type { Faults } from '../ui/faults';
import type { Draft } from './draft';
import type { Flag, Quantity } from './sequence';

interface StepFormProps {
  readonly step: Draft;
  readonly index: number;
  readonly count: number;
  readonly faults: Faults;
  readonly onChange: (step: Draft) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onYaml: () => void;
}

const REPEATED: readonly (readonly [Flag, string])[] = [
  ['greedy', 'as many as possible'],
  ['consecutive', 'with nothing in between'],
  ['allowCombinations', 'some that fit may be left out'],
];

/** One step of a sequence: which events, how they follow, and how often. */
export function StepForm(props: StepFormProps) {
  const { step, index, count, faults, onMove, onRemove, onYaml } = props;
  const left = unsaid(step);
  const title = `Step ${index + 1}`;
  return (
    <fieldset className="step" aria-label={title}>
      <div className="panel-head">
        <h3>
          {title}
          {left.length > 0 && typeof step['name'] === 'string' ? <> · {step['name']}</> : null}
        </h3>
        <div className="row">
          <button type="button" className="button quiet small" aria-label={`${title} earlier`} disabled={index === 0} onClick={() => onMove(-1)}>
            ↑
          </button>
          <button type="button" className="button quiet small" aria-label={`${title} later`} disabled={index === count - 1} onClick={() => onMove(1)}>
            ↓
          </button>
          <button type="button" className="button quiet small" aria-label={`Remove step ${index + 1}`} onClick={onRemove}>
            Remove
          </button>
        </div>
      </div>
      {left.length === 0 ? (
        <StepFields {...props} />
      ) : (
        <div className="note">
          <span>
            The form has nothing for {left.map((it) => `“${it}”`).join(' and ')} of this step. It stays as it is, and can be changed as YAML.
          </span>
          <pre className="code" tabIndex={0}>
            {stringify(step)}
          </pre>
          <div>
            <button type="button" className="button small" onClick={onYaml}>
              Change it as YAML
            </button>
          </div>
        </div>
      )}
      <StepFault faults={faults} index={index} />
    </fieldset>
  );
}

/** What is wrong with a step at no place that has a control. */
function StepFault({ faults, index }: { faults: Faults; index: number }) {
  const fault = faults.left(`#/condition/steps/${index}`);
  return fault === undefined ? null : <span className="fault">{fault}</span>;
}

function StepFields({ step, index, faults, onChange }: StepFormProps) {
  const at = (name: string): string | undefined => faults.at(`#/condition/steps/${index}/${name}`);
  const text = (name: string): string => String(step[name] ?? '');
  const set = (name: string, value: unknown): void => onChange(withValue(step, [name], value));
  const contiguity = text('contiguity');
  const quantity = quantityOf(step);
  const bounds = boundsOf(step);
  return (
    <>
      <div className="fields">
        <Field label="Step’s name" fault={at('name')}>
          {(field) => <input {...field} type="text" value={text('name')} onChange={(event) => onChange({ ...step, name: event.target.value })} />}
        </Field>
        <Field label={index === 0 ? 'It comes' : 'After the one before'} fault={at('contiguity')}>
          {(field) => (
            <select {...field} value={contiguity} onChange={(event) => onChange(withContiguity(step, event.target.value))}>
              {contiguity === '' ? <option value="">{index === 0 ? 'first' : CONTIGUITIES[0]![1]}</option> : null}
              {CONTIGUITIES.filter(([it]) => contiguity !== '' || it !== 'followedBy').map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {isNegative(step) ? null : (
          <>
            <Field label="How often" fault={faults.within(`#/condition/steps/${index}/times`) ?? at('oneOrMore')}>
              {(field) => (
                <select {...field} value={quantity} onChange={(event) => onChange(withQuantity(step, event.target.value as Quantity))}>
                  {QUANTITIES.map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {quantity === 'exactly' || quantity === 'between' || quantity === 'atLeast' ? (
              <Bound label={quantity === 'exactly' ? 'Times' : 'At least'} value={bounds.from} onText={(it) => onChange(withBound(step, 'from', it))} />
            ) : null}
            {quantity === 'between' ? (
              <Bound label="At most" value={bounds.to} onText={(it) => onChange(withBound(step, 'to', it))} />
            ) : null}
            {quantity === 'once' ? null : (
              <Field label="All of them within" fault={at('within')} hint="Empty: within the whole’s time.">
                {(field) => <input {...field} type="text" value={text('within')} onChange={(event) => set('within', event.target.value)} />}
              </Field>
            )}
          </>
        )}
      </div>
      <Field label="Events where" fault={at('where')}>
        {(field) => (
          <input
            {...field}
            type="text"
            className="mono"
            spellCheck={false}
            value={text('where')}
            onChange={(event) => onChange({ ...step, where: event.target.value })}
          />
        )}
      </Field>
      {quantity === 'atLeast' || quantity === 'oneOrMore' ? (
        <Field label="Until an event where" fault={at('until')} hint="Empty: until the step after it.">
          {(field) => (
            <input {...field} type="text" className="mono" spellCheck={false} value={text('until')} onChange={(event) => set('until', event.target.value)} />
          )}
        </Field>
      ) : null}
      {isNegative(step) ? null : (
        <div className="checks">
          <Check step={step} flag="optional" label="it may be left out" onChange={onChange} />
          {quantity === 'once' ? null : REPEATED.map(([flag, label]) => <Check key={flag} step={step} flag={flag} label={label} onChange={onChange} />)}
        </div>
      )}
    </>
  );
}

function Bound({ label, value, onText }: { label: string; value: unknown; onText: (text: string) => void }) {
  return (
    <Field label={label}>
      {(field) => <input {...field} type="number" min={0} max={100} value={String(value ?? '')} onChange={(event) => onText(event.target.value)} />}
    </Field>
  );
}

function Check({ step, flag, label, onChange }: { step: Draft; flag: Flag; label: string; onChange: (step: Draft) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={step[flag] === true} onChange={(event) => onChange(withFlag(step, flag, event.target.checked))} />
      {label}
    </label>
  );
}
