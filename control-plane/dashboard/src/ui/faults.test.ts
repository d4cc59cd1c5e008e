import { expect, test } from 'vitest';
import { Faults } from './faults';

const problem = {
  type: '',
  title: 'Invalid',
  status: 400,
  detail: 'two things',
  code: 'invalid-request',
  errors: [
    { pointer: '#/condition/measure', code: 'unknown', detail: 'no such measure' },
    { pointer: '#/name', code: 'required', detail: 'expected: a name' },
  ],
};

test('gives faults to their places, and the rest to the top', () => {
  const faults = new Faults(problem);

  expect(faults.at('#/condition/measure')).toBe('no such measure');
  expect(faults.at('#/nothing')).toBeUndefined();
  expect(faults.rest()?.errors?.map((it) => it.pointer)).toEqual(['#/name']);
});

test('has nothing left once every place has its fault', () => {
  const faults = new Faults(problem);
  faults.within('#/condition');
  faults.at('#/name');

  expect(faults.rest()).toBeUndefined();
});

test('keeps a problem without places', () => {
  expect(new Faults({ ...problem, errors: [] }).rest()?.detail).toBe('two things');
  expect(new Faults(undefined).rest()).toBeUndefined();
});

test('what is left at a place is what no place below it has taken', () => {
  const faults = new Faults(problem);

  expect(faults.left('#/condition')).toBe('no such measure');
  expect(faults.left('#/condition')).toBeUndefined();
  const others = new Faults(problem);
  others.at('#/condition/measure');
  expect(others.left('#/condition')).toBeUndefined();
});
