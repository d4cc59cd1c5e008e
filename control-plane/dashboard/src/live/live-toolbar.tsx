import { useEffect, useState } from 'react';
import { fieldsOf } from '../streams/stream';
import { Field, Segments } from '../ui/parts';
import { RANGES, whereParameters } from './live-address';
import { SHOWN } from './view';
import type { LiveAddress, Range } from './live-address';
import type { SeriesStore } from './series-store';
import type { Stream } from '../streams/stream';

interface ToolbarProps {
  readonly stream: Stream;
  readonly address: LiveAddress;
  readonly store: SeriesStore;
}

/** What is looked at: range, window, statistic, and which values dimensions must have. */
export function LiveToolbar({ stream, address, store }: ToolbarProps) {
  const { view, change } = address;
  const values = useDimensionValues(store, view.where);
  return (
    <div className="toolbar">
      <div className="field">
        <span className="label">Range</span>
        <Segments
          label="Range"
          options={(Object.keys(RANGES) as Range[]).map((it) => [it, it] as const)}
          value={view.range}
          onChange={(range) => change({ range, window: undefined })}
        />
      </div>
      <Field label="Window">
        {(props) => (
          <select {...props} value={view.window} onChange={(event) => change({ window: event.target.value })}>
            {stream.windows.map((it) => (
              <option key={it}>{it}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Show">
        {(props) => (
          <select {...props} value={view.shown} onChange={(event) => change({ show: event.target.value })}>
            {SHOWN.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      {fieldsOf(stream, 'dimension').map((dimension) => (
        <Field key={dimension} label={dimension}>
          {(props) => (
            <select
              {...props}
              value={view.where[dimension] ?? ''}
              onChange={(event) => {
                const { [dimension]: _, ...others } = view.where;
                const where = event.target.value === '' ? others : { ...others, [dimension]: event.target.value };
                change({ where: whereParameters(where), series: undefined });
              }}
            >
              <option value="">all</option>
              {(values.get(dimension) ?? []).map((it) => (
                <option key={it}>{it}</option>
              ))}
            </select>
          )}
        </Field>
      ))}
    </div>
  );
}

/** Values of dimensions that were seen; those that a filter has hidden since stay, to get back to. */
function useDimensionValues(store: SeriesStore, where: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const [values, setValues] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  useEffect(() => {
    const look = () =>
      setValues((before) => {
        const next = new Map([...before].map(([name, all]) => [name, new Set(all)]));
        const seen = [where, ...store.series.map((it) => it.dimensions)];
        for (const [name, value] of seen.flatMap((it) => Object.entries(it))) {
          next.set(name, (next.get(name) ?? new Set()).add(value));
        }
        const changed = [...next].some(([name, all]) => all.size !== (before.get(name)?.length ?? 0));
        return changed ? new Map([...next].map(([name, all]) => [name, [...all].sort()])) : before;
      });
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [store, JSON.stringify(where)]);
  return values;
}
