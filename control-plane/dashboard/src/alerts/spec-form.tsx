import { fieldsOf } from '../streams/stream';
import { Field } from '../ui/parts';
import { ConditionForm } from './condition-form';
import { labelsOf, labelText, valueAt, withValue } from './draft';
import type { Faults } from '../ui/faults';
import type { Draft } from './draft';
import type { Stream } from '../streams/stream';

export interface FormProps {
  readonly draft: Draft;
  readonly faults: Faults;
  readonly streams: readonly Stream[];
  readonly onChange: (draft: Draft) => void;
}

interface SpecFormProps extends FormProps {
  readonly isNew: boolean;
  readonly onYaml: () => void;
}

/** An alert as a form. What the form has no place for stays as it is. */
export function SpecForm(props: SpecFormProps) {
  const { draft, faults, streams, onChange, isNew } = props;
  const text = (...path: string[]): string => String(valueAt(draft, path) ?? '');
  const set = (value: unknown, ...path: string[]): void => onChange(withValue(draft, path, value));
  const stream = streamOf(draft, streams);
  const groupBy = Array.isArray(draft['groupBy']) ? (draft['groupBy'] as string[]) : [];
  const kind = text('condition', 'kind');
  return (
    <div className="stack">
      <div className="fields">
        <Field label="Name" fault={faults.at('#/name')} hint={isNew ? 'Lower-case letters, digits, hyphens.' : 'It cannot change.'}>
          {(field) => (
            <input {...field} type="text" disabled={!isNew} value={text('name')} onChange={(event) => set(event.target.value, 'name')} />
          )}
        </Field>
        <Field label="Stream" fault={faults.at('#/stream')}>
          {(field) => (
            <select
              {...field}
              disabled={!isNew || kind === 'composite'}
              value={text('stream')}
              onChange={(event) => set(event.target.value, 'stream')}
            >
              <option value="">{kind === 'composite' ? 'of its members' : 'choose one'}</option>
              {streams.map((it) => (
                <option key={it.id}>{it.name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Severity" fault={faults.at('#/severity')}>
          {(field) => (
            <select {...field} value={text('severity') || 'warning'} onChange={(event) => set(event.target.value, 'severity')}>
              {['info', 'warning', 'critical'].map((it) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Description" fault={faults.at('#/description')}>
          {(field) => (
            <input {...field} type="text" value={text('description')} onChange={(event) => set(event.target.value, 'description')} />
          )}
        </Field>
      </div>

      <Field
        label="Only events where"
        fault={faults.at('#/where')}
        hint={
          <>
            An expression over <code>event</code>, as <code>event.kind == "machine"</code>. Empty: all events.
          </>
        }
      >
        {(field) => (
          <input {...field} type="text" className="mono" spellCheck={false} value={text('where')} onChange={(event) => set(event.target.value, 'where')} />
        )}
      </Field>

      <fieldset className="field">
        <legend>One alert for each</legend>
        <div className="checks">
          {(stream === undefined ? [] : fieldsOf(stream, 'dimension')).map((dimension) => (
            <label key={dimension} className="check">
              <input
                type="checkbox"
                checked={groupBy.includes(dimension)}
                onChange={(event) => {
                  const next = event.target.checked ? [...groupBy, dimension] : groupBy.filter((it) => it !== dimension);
                  set(next.length === 0 ? undefined : next, 'groupBy');
                }}
              />
              {dimension}
            </label>
          ))}
          {groupBy.length === 0 ? <span className="muted small">none: the whole stream together</span> : null}
        </div>
        {faults.within('#/groupBy') !== undefined ? <span className="fault">{faults.within('#/groupBy')}</span> : null}
      </fieldset>

      <ConditionForm {...props} stream={stream} />

      <div className="fields">
        {kind !== 'sequence' || text('for') !== '' ? (
          <Field label="It must hold for" fault={faults.at('#/for')} hint="Before it fires: 30s, 5m. Empty: at once.">
            {(field) => <input {...field} type="text" value={text('for')} onChange={(event) => set(event.target.value, 'for')} />}
          </Field>
        ) : null}
        <Field label="Keep firing for" fault={faults.at('#/keepFiringFor')} hint="After it holds no more, before it counts as over.">
          {(field) => (
            <input {...field} type="text" value={text('keepFiringFor')} onChange={(event) => set(event.target.value, 'keepFiringFor')} />
          )}
        </Field>
        <Field
          label="Summary"
          fault={faults.within('#/annotations')}
          hint={
            <>
              For people: <code>{'{{ key.host }} is at {{ value | round:1 }}'}</code>
            </>
          }
        >
          {(field) => (
            <input
              {...field}
              type="text"
              value={text('annotations', 'summary')}
              onChange={(event) => {
                const next = withValue(draft, ['annotations', 'summary'], event.target.value);
                onChange(Object.keys((next['annotations'] as object | undefined) ?? {}).length === 0 ? withValue(next, ['annotations'], undefined) : next);
              }}
            />
          )}
        </Field>
        <LabelsField draft={draft} fault={faults.within('#/labels')} onChange={onChange} />
      </div>
    </div>
  );
}

function LabelsField({ draft, fault, onChange }: { draft: Draft; fault: string | undefined; onChange: (draft: Draft) => void }) {
  return (
    <Field label="Labels" fault={fault} hint="For routing and silences: team=web, region=eu">
      {(field) => (
        <input
          {...field}
          type="text"
          defaultValue={labelText(draft['labels'])}
          onBlur={(event) => onChange(withValue(draft, ['labels'], labelsOf(event.target.value)))}
        />
      )}
    </Field>
  );
}

export function streamOf(draft: Draft, streams: readonly Stream[]): Stream | undefined {
  return streams.find((it) => it.name === draft['stream'] || it.id === draft['stream']);
}
