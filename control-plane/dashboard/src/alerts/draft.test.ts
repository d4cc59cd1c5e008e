import { expect, test } from 'vitest';
import { draftOf, labelsOf, labelText, locate, numberOf, readYaml, valueAt, withValue, yamlOf } from './draft';

const draft = { name: 'slow', condition: { kind: 'threshold', value: 90 } };

test('changes values by their paths, and takes out what becomes empty', () => {
  expect(withValue(draft, ['condition', 'value'], 5)).toEqual({ name: 'slow', condition: { kind: 'threshold', value: 5 } });
  expect(withValue(draft, ['where'], 'x > 1')).toMatchObject({ where: 'x > 1' });
  expect(withValue(draft, ['condition', 'value'], '')).toEqual({ name: 'slow', condition: { kind: 'threshold' } });
  expect(valueAt(draft, ['condition', 'kind'])).toBe('threshold');
  expect(valueAt(draft, ['nothing', 'kind'])).toBeUndefined();
});

test('leaves what is no number to the server', () => {
  expect([' 1.5 ', '', 'much'].map(numberOf)).toEqual([1.5, undefined, 'much']);
});

test('reads and writes labels', () => {
  expect(labelsOf('team=web, region=eu')).toEqual({ team: 'web', region: 'eu' });
  expect(labelsOf(' ')).toBeUndefined();
  expect(labelText({ team: 'web', region: 'eu' })).toBe('team=web, region=eu');
});

test('an alert that was read is a draft without what the server adds', () => {
  expect(draftOf({ ...draft, id: 'x', revision: 3, paused: false })).toEqual(draft);
});

test('goes to YAML and back', () => {
  expect(readYaml(yamlOf(draft)).draft).toEqual(draft);
});

test('writes what people read first, first', () => {
  expect(yamlOf({ condition: { kind: 'absence' }, other: 1, severity: 'info', name: 'a' })).toBe(
    'name: a\nseverity: info\nother: 1\ncondition:\n  kind: absence\n',
  );
});

test('says in which line a text is no YAML', () => {
  const { draft: none, faults } = readYaml('name: a\ncondition: {kind: [}\n');

  expect(none).toBeUndefined();
  expect(faults[0]!.line).toBe(2);
  expect(readYaml('- a').faults[0]!.text).toContain('properties');
});

test('finds the lines that violations are about', () => {
  const text = 'name: slow\ncondition:\n  kind: threshold\n  measure: amuont\n  steps:\n    - name: a\n    - nmae: b\n';
  const at = (pointer: string): number => locate(text, [{ pointer, code: '', detail: '' }])[0]!.line;

  expect(at('#/condition/measure')).toBe(4);
  expect(at('#/condition/steps/1/name')).toBe(7);
  expect(at('#/condition/op')).toBe(3);
  expect(at('#/severity')).toBe(1);
});
