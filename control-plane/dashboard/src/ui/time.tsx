import { useEffect, useState } from 'react';

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** A length of time in at most two units: `2h 5m`. */
export function lengthOf(millis: number): string {
  let rest = Math.max(0, Math.round(millis / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0 || (unit === 's' && parts.length === 0)) {
      parts.push(`${count}${unit}`);
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.join(' ');
}

const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function dateTime(iso: string | number): string {
  return DATE_TIME.format(new Date(iso));
}

/** How long ago something was; the moment itself as its title. */
export function Ago({ at }: { at: string }) {
  const now = useNow(5_000);
  return (
    <time dateTime={at} title={dateTime(at)} className="number nowrap">
      {lengthOf(now - Date.parse(at))} ago
    </time>
  );
}

/** The clock, every so often. */
export function useNow(everyMillis: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis]);
  return now;
}

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds of a duration as the API writes it (`1m30s`); NaN of another text. */
export function millisOf(duration: string): number {
  const match = DURATION.exec(duration);
  if (match === null || duration === '') {
    return NaN;
  }
  const [days, hours, minutes, seconds, millis] = match.slice(1).map((it) => Number(it ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis;
}
