/** Numbers as people read them, with the unit that a measure's name ends in. */

const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const LARGE: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e4, 'k'],
];

/** Between a number and its unit. */
const SPACE = '\u202f';

export function formatValue(value: number | null | undefined, measure: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  if (measure.endsWith('_bytes_per_second')) {
    return `${bytes(value)}/s`;
  }
  if (measure.endsWith('_bytes')) {
    return bytes(value);
  }
  if (measure.endsWith('_percent')) {
    return `${short(value)}${SPACE}%`;
  }
  if (measure.endsWith('_ms')) {
    return `${short(value)}${SPACE}ms`;
  }
  if (measure.endsWith('_seconds')) {
    return `${short(value)}${SPACE}s`;
  }
  return measure.endsWith('_per_second') ? `${short(value)}/s` : short(value);
}

/** A measure's name without the unit, as a title. */
export function titleOf(measure: string): string {
  return measure
    .replace(/_(bytes_per_second|per_second|bytes|percent|ms|seconds)$/, (unit) => (unit === '_percent' ? ' %' : ''))
    .replaceAll('_', ' ');
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) {
    return value.toExponential(1);
  }
  const scale = LARGE.find(([from]) => size >= from);
  if (scale !== undefined) {
    return `${SHORT.format(value / scale[0])}${SPACE}${scale[1]}`;
  }
  return size >= 1000 ? WHOLE.format(value) : SHORT.format(Number(value.toFixed(size >= 100 ? 1 : 3)));
}

function bytes(value: number): string {
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1024 && unit < BYTES.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${rest.toFixed(unit === 0 || Math.abs(rest) >= 100 ? 0 : 1)}${SPACE}${BYTES[unit]}`;
}
