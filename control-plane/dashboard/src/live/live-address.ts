import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { fieldsOf } from '../streams/stream';
import { millisOf } from '../ui/time';
import { fittingWindow, SHOWN } from './view';
import type { Stream } from '../streams/stream';
import type { Shown } from './view';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ranges of time that can be looked at. */
export const RANGES = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '6h': 6 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
} as const;

export type Range = keyof typeof RANGES;

/** What is looked at, as the address says it. */
export interface View {
  readonly range: Range;
  readonly window: string;
  readonly windowMillis: number;
  /** Undefined for the first that has values. */
  readonly measure: string | undefined;
  readonly shown: Shown;
  readonly where: Readonly<Record<string, string>>;
  /** Keys of series; undefined for the first few. */
  readonly series: readonly string[] | undefined;
}

export interface LiveAddress {
  readonly view: View;
  /** Changes some of the address; undefined takes a parameter out. */
  change(changes: Readonly<Record<string, string | readonly string[] | undefined>>): void;
}

/** The view that the address names, so that whoever gets the link sees the same. Unknown values count as absent. */
export function useLiveAddress(stream: Stream): LiveAddress {
  const [parameters, setParameters] = useSearchParams();
  return useMemo(
    () => ({
      view: viewOf(parameters, stream),
      change: (changes) =>
        setParameters(
          (before) => {
            const next = new URLSearchParams(before);
            for (const [name, value] of Object.entries(changes)) {
              next.delete(name);
              for (const each of value === undefined ? [] : typeof value === 'string' ? [value] : value) {
                next.append(name, each);
              }
            }
            return next;
          },
          { replace: true },
        ),
    }),
    [parameters, stream],
  );
}

export function viewOf(parameters: URLSearchParams, stream: Stream): View {
  const asked = parameters.get('range') ?? '';
  const range = asked in RANGES ? (asked as Range) : '5m';
  const windows = stream.windows.map((it) => [it, millisOf(it)] as const);
  const named = windows.find(([it]) => it === parameters.get('window'));
  const window = named?.[0] ?? fittingWindow(windows, RANGES[range]);
  const dimensions = fieldsOf(stream, 'dimension');
  const shown = SHOWN.find(([it]) => it === parameters.get('show'))?.[0] ?? 'mean';
  const measure = fieldsOf(stream, 'measure').find((it) => it === parameters.get('measure'));
  const where: Record<string, string> = {};
  for (const each of parameters.getAll('where')) {
    const name = each.slice(0, Math.max(0, each.indexOf('=')));
    if (dimensions.includes(name)) {
      where[name] = each.slice(name.length + 1);
    }
  }
  return {
    range,
    window,
    windowMillis: millisOf(window),
    measure,
    shown,
    where,
    series: parameters.has('series') ? parameters.getAll('series').filter((it) => it !== '') : undefined,
  };
}

/** Parameters of a filter. */
export function whereParameters(where: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(where).map(([name, value]) => `${name}=${value}`);
}
