import { expect, test } from 'vitest';
import { inferFields, parseEvents } from './infer';

test('reads an array, an object, and one object a line', () => {
  expect(parseEvents('[{"a": 1}, {"a": 2}]')).toHaveLength(2);
  expect(parseEvents('{"a": 1}')).toEqual([{ a: 1 }]);
  expect(parseEvents('{"a": 1}\n{"a": 2}\n')).toHaveLength(2);
});

test('says where a sample is no sample', () => {
  expect(() => parseEvents('{"a": 1}\n{"a": ')).toThrow('line 2');
  expect(() => parseEvents('[1]')).toThrow('not an event');
});

test('infers roles from values', () => {
  const events = parseEvents(`
    {"time": "2026-01-01T00:00:00Z", "shop": "berlin", "amount": 1.5, "id": "a", "paid": true}
    {"time": "2026-01-01T00:00:01Z", "shop": "berlin", "amount": 2, "id": "b", "paid": true}
    {"time": "2026-01-01T00:00:02Z", "shop": "lisbon", "amount": 3, "id": "c", "paid": false}
    {"time": "2026-01-01T00:00:03Z", "shop": "lisbon", "amount": 3, "id": "d", "paid": false, "note": "x"}`);

  expect(inferFields(events).map((it) => [it.name, it.type, it.role])).toEqual([
    ['time', 'timestamp', 'timestamp'],
    ['shop', 'string', 'dimension'],
    ['amount', 'number', 'measure'],
    ['id', 'string', 'attribute'],
    ['paid', 'boolean', 'attribute'],
    ['note', 'string', 'attribute'],
  ]);
});

test('has one timestamp at most', () => {
  const fields = inferFields([{ ts: 1_767_225_600_000, other: '2026-01-01T00:00:00Z' }]);

  expect(fields.map((it) => it.role)).toEqual(['timestamp', 'attribute']);
});
