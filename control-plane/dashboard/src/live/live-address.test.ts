import { expect, test } from 'vitest';
import { viewOf } from './live-address';
import type { Stream } from '../streams/stream';

const stream: Stream = {
  id: 's',
  name: 'orders',
  version: 1,
  createdAt: '',
  updatedAt: '',
  windows: ['1s', '10s', '1m'],
  fields: [
    { name: 'shop', type: 'string', role: 'dimension' },
    { name: 'amount', type: 'number', role: 'measure' },
  ],
};

const view = (query: string) => viewOf(new URLSearchParams(query), stream);

test('shows the last five minutes in the smallest window by itself', () => {
  expect(view('')).toMatchObject({ range: '5m', window: '1s', windowMillis: 1000, shown: 'mean', where: {}, series: undefined });
});

test('takes everything from the address', () => {
  expect(view('range=6h&window=10s&measure=amount&show=p99&where=shop=a=b&series=shop=a&series=shop=b')).toMatchObject({
    range: '6h',
    window: '10s',
    measure: 'amount',
    shown: 'p99',
    where: { shop: 'a=b' },
    series: ['shop=a', 'shop=b'],
  });
});

test('leaves out what there is not', () => {
  expect(view('range=2h&window=3s&measure=x&show=x&where=colour=red&where=x')).toMatchObject({
    range: '5m',
    window: '1s',
    measure: undefined,
    shown: 'mean',
    where: {},
  });
});

test('a long range has a larger window', () => {
  expect(view('range=30d').window).toBe('1m');
});

test('no series at all is something else than no choice', () => {
  expect(view('series=').series).toEqual([]);
});
