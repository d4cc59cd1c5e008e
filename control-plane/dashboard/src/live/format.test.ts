import { expect, test } from 'vitest';
import { formatValue, titleOf } from './format';

const shown = (value: number, measure = 'amount') => formatValue(value, measure).replaceAll('\u202f', ' ');

test('writes numbers short, with the unit of the measure', () => {
  expect(shown(12.3456, 'cpu_percent')).toBe('12.35 %');
  expect(shown(1536, 'memory_used_bytes')).toBe('1.5 KiB');
  expect(shown(5 * 1024 ** 3, 'received_bytes_per_second')).toBe('5.0 GiB/s');
  expect(shown(3, 'reads_per_second')).toBe('3/s');
  expect(shown(250, 'duration_ms')).toBe('250 ms');
  expect(shown(1234.5)).toBe('1,235');
  expect(shown(2_500_000)).toBe('2.5 M');
  expect(shown(0.00001)).toBe('1.0e-5');
  expect(shown(NaN)).toBe('–');
});

test('names measures without their units', () => {
  expect(titleOf('received_bytes_per_second')).toBe('received');
  expect(titleOf('cpu_percent')).toBe('cpu %');
});
