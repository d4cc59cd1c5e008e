import { fieldsOf } from '../streams/stream';
import { Field } from '../ui/parts';
import { numberOf, valueAt, withValue } from './draft';
import { SequenceForm } from './sequence-form';
import type { Faults } from '../ui/faults';
import type { Draft } from './draft';
import type { FormProps } from './spec-form';
import type { Stream } from '../streams/stream';

interface ConditionFormProps extends FormProps {
  readonly stream: Stream | undefined;
  readonly onYaml: () => void;
}

const KINDS: readonly (readonly [string, string])[] = [
  ['threshold', 'a value is beyond a level'],
  ['change', 'a value has changed'],
  ['absence', 'nothing comes any more'],
  ['sequence', 'events came in an order'],
  ['composite', 'other alerts fire'],
  ['anomaly', 'the anomaly job says so'],
];

/** What a condition begins with when its kind is chosen. */
const FRESH: Readonly<Record<string, Draft>> = {
  threshold: { kind: 'threshold', aggregate: 'mean', window: '1m', op: '>' },
  change: { kind: 'change', aggregate: 'mean', window: '1m', every: '1m', offset: '1h', mode: 'percent', op: '>' },
  absence: { kind: 'absence', duration: '1m' },
  sequence: {
    kind: 'sequence',
    within: '10m',
    steps: [
      { name: 'first', where: 'event.status == "failed"', times: 3 },
      { name: 'then', where: 'event.status == "ok"' },
    ],
  },
  composite: { kind: 'composite', all: [] },
  anomaly: { kind: 'anomaly', score: 0.9 },
};

const STATISTICS = ['mean', 'max', 'min', 'sum', 'count', 'stddev', 'p50', 'p90', 'p95', 'p99'];

/** The condition, by its kind. */
export function ConditionForm(props: ConditionFormProps) {
  const { draft, faults, onChange } = props;
  const kind = String(valueAt(draft, ['condition', 'kind']) ?? '');
  return (
    <fieldset className="panel">
      <legend className="hidden-visually">Condition</legend>
      <Field label="It fires when" fault={faults.at('#/condition') ?? faults.at('#/condition/kind')}>
        {(field) => (
          <select
            {...field}
            value={kind}
            onChange={(event) => {
              const next = withValue(draft, ['condition'], FRESH[event.target.value]);
              onChange(event.target.value === 'composite' ? withValue(next, ['stream'], undefined) : next);
            }}
          >
            {KINDS.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kind === 'threshold' || kind === 'change' ? <LevelFields {...props} /> : null}
      {kind === 'absence' ? (
        <div className="fields">
          <ConditionText {...props} name="duration" label="Nothing for" hint="As 30s or 5m." />
          <ConditionText {...props} name="forgetAfter" label="Forget a key after" hint="24h by default." />
        </div>
      ) : null}
      {kind === 'composite' ? (
        <div className="fields">
          {['all', 'any', 'none'].map((name) => (
            <Members key={name} {...props} name={name} />
          ))}
        </div>
      ) : null}
      {kind === 'anomaly' ? <ConditionText {...props} name="score" label="Score of at least" number /> : null}
      {kind === 'sequence' ? <SequenceForm {...props} /> : null}
      <OtherFaults faults={faults} />
    </fieldset>
  );
}

/** What is wrong with a condition at no place that has a control; the last, since it takes what is left. */
function OtherFaults({ faults }: { faults: Faults }) {
  const fault = faults.left('#/condition');
  return fault === undefined ? null : <span className="fault">{fault}</span>;
}

function LevelFields(props: ConditionFormProps) {
  const { draft, faults, stream, onChange } = props;
  const change = String(valueAt(draft, ['condition', 'kind'])) === 'change';
  const aggregate = String(valueAt(draft, ['condition', 'aggregate']) ?? '');
  const raw = aggregate === '' && valueAt(draft, ['condition', 'window']) === undefined;
  const set = (name: string, value: unknown): void => onChange(withValue(draft, ['condition', name], value));
  return (
    <div className="fields">
      <Field label="Measure" fault={faults.at('#/condition/measure')}>
        {(field) => (
          <select {...field} value={String(valueAt(draft, ['condition', 'measure']) ?? '')} onChange={(event) => set('measure', event.target.value)}>
            <option value="">{aggregate === 'count' ? 'events' : 'choose one'}</option>
            {(stream === undefined ? [] : fieldsOf(stream, 'measure')).map((it) => (
              <option key={it}>{it}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Taken as" fault={faults.at('#/condition/aggregate')}>
        {(field) => (
          <select
            {...field}
            value={raw ? '' : aggregate}
            onChange={(event) => {
              const { value } = event.target;
              const next = withValue(draft, ['condition', 'aggregate'], value);
              const windowless = withValue(withValue(next, ['condition', 'window'], undefined), ['condition', 'every'], undefined);
              onChange(value === '' ? windowless : withValue(next, ['condition', 'window'], valueAt(next, ['condition', 'window']) ?? '1m'));
            }}
          >
            {change ? null : <option value="">each event’s own value</option>}
            {STATISTICS.map((it) => (
              <option key={it}>{it}</option>
            ))}
          </select>
        )}
      </Field>
      {raw ? null : <ConditionText {...props} name="window" label="Over the last" hint="As 1m or 5m." />}
      {raw ? null : <ConditionText {...props} name="every" label="Looked at every" hint="By default a tenth of it." />}
      {change ? <ConditionText {...props} name="offset" label="Compared with the time before" hint="As 1h or 1d." /> : null}
      {change ? (
        <Field label="Difference in" fault={faults.at('#/condition/mode')}>
          {(field) => (
            <select {...field} value={String(valueAt(draft, ['condition', 'mode']) ?? 'percent')} onChange={(event) => set('mode', event.target.value)}>
              <option>percent</option>
              <option>absolute</option>
            </select>
          )}
        </Field>
      ) : null}
      <Field label="Is" fault={faults.at('#/condition/op')}>
        {(field) => (
          <select {...field} value={String(valueAt(draft, ['condition', 'op']) ?? '>')} onChange={(event) => set('op', event.target.value)}>
            {['>', '>=', '<', '<=', '==', '!='].map((it) => (
              <option key={it}>{it}</option>
            ))}
          </select>
        )}
      </Field>
      <ConditionText {...props} name="value" label="Level" number />
      <ConditionText {...props} name="recovery" label="Recovers at" number hint="On the other side of the level. Empty: at the level." />
    </div>
  );
}

function ConditionText(props: ConditionFormProps & { name: string; label: string; hint?: string; number?: boolean }) {
  const { draft, faults, name, onChange } = props;
  const path = ['condition', name];
  return (
    <Field label={props.label} fault={faults.at(`#/condition/${name}`)} {...(props.hint !== undefined && { hint: props.hint })}>
      {(field) => (
        <input
          {...field}
          type={props.number === true ? 'number' : 'text'}
          step="any"
          value={String(valueAt(draft, path) ?? '')}
          onChange={(event) =>
            onChange(withValue(draft, path, props.number === true ? numberOf(event.target.value) : event.target.value))
          }
        />
      )}
    </Field>
  );
}

function Members(props: ConditionFormProps & { name: string }) {
  const { draft, faults, name, onChange } = props;
  const value = valueAt(draft, ['condition', name]);
  const hints: Record<string, string> = { all: 'All of these fire', any: 'Any of these fires', none: 'None of these fires' };
  return (
    <Field label={hints[name] ?? name} fault={faults.within(`#/condition/${name}`)} hint="Names of alerts, with commas between them.">
      {(field) => (
        <input
          {...field}
          type="text"
          defaultValue={Array.isArray(value) ? value.join(', ') : ''}
          onBlur={(event) => {
            const names = event.target.value.split(/[\s,]+/).filter((it) => it !== '');
            onChange(withValue(draft, ['condition', name], names.length === 0 ? undefined : names));
          }}
        />
      )}
    </Field>
  );
}
