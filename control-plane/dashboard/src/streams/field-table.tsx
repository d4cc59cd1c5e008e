import { TableFrame } from '../ui/parts';
import type { Faults } from '../ui/faults';
import type { StreamField } from './stream';

interface FieldTableProps {
  readonly fields: readonly StreamField[];
  /** How many at the beginning are saved, and cannot change any more. */
  readonly fixed: number;
  readonly faults: Faults;
  readonly onChange: (fields: readonly StreamField[]) => void;
}

const TYPES: readonly StreamField['type'][] = ['number', 'string', 'boolean', 'timestamp'];
const ROLES: readonly (readonly [StreamField['role'], string])[] = [
  ['timestamp', 'timestamp: when it happened'],
  ['dimension', 'dimension: grouped by'],
  ['measure', 'measure: a number, aggregated'],
  ['attribute', 'attribute: for conditions'],
];

/** The schema, a row for each field. */
export function FieldTable({ fields, fixed, faults, onChange }: FieldTableProps) {
  const set = (index: number, changes: Partial<StreamField>): void =>
    onChange(fields.map((it, place) => (place === index ? { ...it, ...changes } : it)));
  const general = faults.at('#/fields');
  return (
    <div className="stack">
      <h2>Fields</h2>
      {general !== undefined ? <span className="fault">{general}</span> : null}
      <TableFrame label="Fields">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Role</th>
              <th scope="col">Required</th>
              <th scope="col">
                <span className="hidden-visually">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field, index) => {
              const fault = faults.within(`#/fields/${index}`);
              const locked = index < fixed;
              const called = field.name === '' ? `field ${index + 1}` : field.name;
              return (
                <tr key={index}>
                  <td>
                    <input
                      type="text"
                      aria-label={`Name of field ${index + 1}`}
                      aria-invalid={fault !== undefined}
                      disabled={locked}
                      value={field.name}
                      onChange={(event) => set(index, { name: event.target.value })}
                    />
                    {fault !== undefined ? <span className="fault">{fault}</span> : null}
                  </td>
                  <td>
                    <select
                      aria-label={`Type of ${called}`}
                      disabled={locked}
                      value={field.type}
                      onChange={(event) => set(index, { type: event.target.value as StreamField['type'] })}
                    >
                      {TYPES.map((it) => (
                        <option key={it}>{it}</option>
                      ))}
                    </select>
                  </td>
                  <td>
                    <select
                      aria-label={`Role of ${called}`}
                      disabled={locked}
                      value={field.role}
                      onChange={(event) => set(index, { role: event.target.value as StreamField['role'] })}
                    >
                      {ROLES.map(([role, text]) => (
                        <option key={role} value={role}>
                          {text}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`${called} is required`}
                      disabled={locked}
                      checked={field.required ?? (field.role === 'timestamp' || field.role === 'dimension')}
                      onChange={(event) => set(index, { required: event.target.checked })}
                    />
                  </td>
                  <td>
                    {locked ? null : (
                      <button
                        type="button"
                        className="button quiet small"
                        aria-label={`Remove ${called}`}
                        onClick={() => onChange(fields.filter((_, place) => place !== index))}
                      >
                        Remove
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableFrame>
      <div>
        <button
          type="button"
          className="button small"
          onClick={() => onChange([...fields, { name: '', type: 'number', role: 'measure', required: false }])}
        >
          Add a field
        </button>
      </div>
    </div>
  );
}
