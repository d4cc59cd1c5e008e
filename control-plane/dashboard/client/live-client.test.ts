import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from './backoff';
import { LiveClient } from './live-client';
import { TestingSocket } from './testing-socket';
import type { LiveHandler } from './live-client';

let sockets: TestingSocket[];
let client: LiveClient;

const latest = (): TestingSocket => sockets[sockets.length - 1]!;

const result = (id: string, position: string, subscription = '1') => ({
  type: 'next',
  id: subscription,
  position,
  payload: { kind: 'aggregate', aggregate: { id, count: 1 } },
});

const handler = () =>
  ({ next: vi.fn(), error: vi.fn(), complete: vi.fn(), gap: vi.fn<(since?: number) => void>() }) satisfies LiveHandler;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  client = new LiveClient({
    url: 'ws://test/api/v1/live',
    token: () => 'secret',
    tenant: () => 'demo',
    backoff: new Backoff(1_000, 8_000, () => 1),
    open: () => {
      const socket = new TestingSocket();
      sockets.push(socket);
      return socket;
    },
  });
});

afterEach(() => {
  client.close();
  vi.useRealTimers();
});

test('introduces itself, and is open once the server has said so', () => {
  latest().onopen?.({} as Event);

  expect(latest().sent).toEqual([{ type: 'connection_init', payload: { token: 'secret', tenant: 'demo' } }]);
  expect(client.state.phase).toBe('connecting');

  latest().says({ type: 'connection_ack' });

  expect(client.state.phase).toBe('open');
});

test('subscribes as soon as there is a connection, and lists what it has', () => {
  client.subscribe({ stream: 'orders' }, handler());
  latest().accept();
  client.subscribe({ kinds: ['alerts'] }, handler());

  expect(latest().of('subscribe').map((it) => it['payload'])).toEqual([{ stream: 'orders' }, { kinds: ['alerts'] }]);
  expect(client.listActive().map((it) => it.id)).toEqual(['1', '2']);
});

test('ends a subscription, and is silent of what was on its way', () => {
  latest().accept();
  const told = handler();
  const subscription = client.subscribe({ stream: 'orders' }, told);

  subscription.unsubscribe();
  latest().says(result('a', '0:1'));

  expect(latest().of('complete')).toEqual([{ type: 'complete', id: '1' }]);
  expect(told.next).not.toHaveBeenCalled();
  expect(client.listActive()).toEqual([]);
});

test('resumes after the last position once the connection is back, and tells nothing twice', () => {
  latest().accept();
  const told = handler();
  client.subscribe({ stream: 'orders' }, told);
  latest().says(result('a', '0:1'));
  latest().says(result('b', '0:2'));

  latest().breaks();
  expect(client.state).toMatchObject({ phase: 'waiting', attempt: 1 });
  vi.advanceTimersByTime(1_000);
  latest().accept();
  latest().says(result('b', '0:2'));
  latest().says(result('c', '0:3'));

  expect(sockets).toHaveLength(2);
  expect(latest().of('subscribe')[0]).toEqual({ type: 'subscribe', id: '1', payload: { stream: 'orders', after: '0:2' } });
  expect(told.next.mock.calls.map(([it]) => it.aggregate.id)).toEqual(['a', 'b', 'c']);
  expect(told.gap).not.toHaveBeenCalled();
});

test('resumes after a position that came without a result', () => {
  latest().accept();
  client.subscribe({ stream: 'orders' }, handler());
  latest().says({ type: 'synced', id: '1', payload: { snapshot: false }, position: 'p1' });
  latest().breaks();
  vi.advanceTimersByTime(1_000);
  latest().accept();

  expect(latest().of('subscribe')[0]!['payload']).toEqual({ stream: 'orders', after: 'p1' });
});

test('tells of a gap where the server takes no positions', () => {
  latest().accept();
  const told = handler();
  client.subscribe({ stream: 'orders' }, told);
  latest().says(result('a', '0:1'));
  latest().breaks();
  vi.advanceTimersByTime(1_000);
  latest().accept();

  latest().says({ type: 'error', id: '1', payload: { errors: [{ pointer: '#/after', code: 'unknown', detail: '' }] } });

  expect(latest().of('subscribe')).toHaveLength(2);
  expect(latest().of('subscribe')[1]!['payload']).toEqual({ stream: 'orders' });
  expect(told.gap).toHaveBeenCalledOnce();
  expect(told.error).not.toHaveBeenCalled();
});

test('tells of a gap that the server tells of', () => {
  latest().accept();
  const told = handler();
  client.subscribe({ stream: 'orders' }, told);

  latest().says({ type: 'gap', id: '1', payload: { reason: 'expired', from: '2026-01-01T00:00:00Z' }, position: 'p7' });

  expect(told.gap.mock.calls).toEqual([[Date.UTC(2026, 0, 1)]]);
  expect(client.listActive()[0]!.position).toBe('p7');
});

test('waits longer with each attempt, and little again after a good connection', () => {
  latest().breaks();
  vi.advanceTimersByTime(1_000);
  latest().breaks();
  vi.advanceTimersByTime(1_999);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(3);

  latest().accept();
  vi.advanceTimersByTime(5_000);
  latest().breaks();
  vi.advanceTimersByTime(1_000);

  expect(sockets).toHaveLength(4);
});

test('does not come back without another credential', () => {
  latest().accept();

  latest().breaks(4401, 'expired');
  vi.advanceTimersByTime(60_000);

  expect(client.state).toEqual({ phase: 'closed', code: 4401, reason: 'expired' });
  expect(sockets).toHaveLength(1);
});

test('takes a server that says nothing for gone', () => {
  latest().accept();
  vi.advanceTimersByTime(39_000);
  latest().says({ type: 'ping' });
  expect(latest().of('pong')).toEqual([{ type: 'pong' }]);
  vi.advanceTimersByTime(39_000);
  expect(client.state.phase).toBe('open');

  vi.advanceTimersByTime(1_000);

  expect(client.state.phase).toBe('waiting');
});

test('a refused subscription is over, and says why', () => {
  latest().accept();
  const told = handler();
  client.subscribe({ stream: 'nothing' }, told);

  latest().says({ type: 'error', id: '1', payload: { status: 404, code: 'not-found', detail: 'no such stream' } });

  expect(told.error).toHaveBeenCalledWith({ status: 404, code: 'not-found', detail: 'no such stream' });
  expect(client.listActive()).toEqual([]);
});

test.each([503, 429])('asks again, ever later, where a resumption is refused for the moment with %i', (status) => {
  latest().accept();
  const told = handler();
  client.subscribe({ stream: 'orders' }, told);
  latest().says(result('a', 'p1'));
  latest().breaks();
  vi.advanceTimersByTime(1_000);
  latest().accept();

  for (const wait of [500, 1_000, 2_000]) {
    const asked = latest().of('subscribe').length;
    latest().says({ type: 'error', id: '1', payload: { status, code: 'unavailable', detail: 'not now' } });
    vi.advanceTimersByTime(wait / 2 - 1);
    expect(latest().of('subscribe')).toHaveLength(asked);
    vi.advanceTimersByTime(wait / 2 + 1);
    expect(latest().of('subscribe')).toHaveLength(asked + 1);
  }

  expect(latest().of('subscribe').at(-1)!['payload']).toEqual({ stream: 'orders', after: 'p1' });
  expect(told.error).not.toHaveBeenCalled();
  expect(client.listActive()).toHaveLength(1);
});

/** A client whose credential may become a newer one. */
const renewing = (renew: () => Promise<boolean>, token: () => string): LiveClient =>
  new LiveClient({
    url: 'ws://test/api/v1/live',
    token,
    renew,
    open: () => {
      const socket = new TestingSocket();
      sockets.push(socket);
      return socket;
    },
  });

test('goes on after its last position with a newer credential when the present one has ended', async () => {
  let token = 'old';
  const renew = vi.fn(async () => {
    token = 'new';
    return true;
  });
  const own = renewing(renew, () => token);
  own.subscribe({ stream: 'orders' }, handler());
  latest().accept();
  latest().says(result('a', 'p1'));

  latest().breaks(4401, 'expired');
  await vi.advanceTimersByTimeAsync(0);
  latest().accept();

  expect(latest().of('connection_init')).toEqual([{ type: 'connection_init', payload: { token: 'new' } }]);
  expect(latest().of('subscribe')[0]!['payload']).toEqual({ stream: 'orders', after: 'p1' });
  expect(own.state.phase).toBe('open');

  token = 'newer';
  latest().breaks(4401, 'expired');
  latest().accept();

  expect(latest().of('connection_init')).toEqual([{ type: 'connection_init', payload: { token: 'newer' } }]);
  expect(renew).toHaveBeenCalledTimes(1);
  own.close();
});

test('is closed where there is no newer credential, or that is refused as well', async () => {
  const without = renewing(async () => false, () => 'old');
  latest().accept();
  latest().breaks(4401, 'expired');
  await vi.advanceTimersByTimeAsync(0);
  expect(without.state).toEqual({ phase: 'closed', code: 4401, reason: 'expired' });

  let tokens = 0;
  const refused = renewing(async () => true, () => `token-${tokens++}`);
  latest().onopen?.({} as Event);
  latest().breaks(4401, 'not trusted');
  await vi.advanceTimersByTimeAsync(0);
  latest().onopen?.({} as Event);
  latest().breaks(4401, 'not trusted');
  await vi.advanceTimersByTimeAsync(0);

  expect(refused.state).toEqual({ phase: 'closed', code: 4401, reason: 'not trusted' });
});
