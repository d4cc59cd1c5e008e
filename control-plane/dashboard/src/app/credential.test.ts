import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Credential } from './credential';
import { SignInError } from './provider';
import type { Session } from './session';

const SESSION: Session = { token: 'first', tenant: 'north', grant: { issuedAt: 0, expiresAt: 300_000, refreshToken: 'r1', idToken: 'i' } };

let stored: string | undefined;
const storage = {
  setItem: (_: string, value: string) => {
    stored = value;
  },
} as unknown as Storage;

/** A provider that gives token after token. */
const giving = () => {
  let count = 0;
  return vi.fn(async (session: Session): Promise<Session> => {
    count += 1;
    return { ...session, token: `token-${count}`, grant: { ...session.grant, issuedAt: Date.now(), expiresAt: Date.now() + 300_000, refreshToken: `r${count}` } };
  });
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  stored = undefined;
});

afterEach(() => {
  vi.useRealTimers();
});

test('renews the token ahead of its end, again and again, and keeps it for this tab', async () => {
  const renew = giving();
  const credential = new Credential(SESSION, { storage, renew });
  credential.start();

  await vi.advanceTimersByTimeAsync(239_000);
  expect(credential.token()).toBe('first');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(credential.token()).toBe('token-1');
  expect(JSON.parse(stored!)).toMatchObject({ token: 'token-1', tenant: 'north', grant: { refreshToken: 'r1' } });
  await vi.advanceTimersByTimeAsync(241_000);
  expect(credential.token()).toBe('token-2');
  credential.stop();
});

test('all who find the token refused have it renewed once', async () => {
  const renew = giving();
  const credential = new Credential(SESSION, { storage, renew });

  expect(await Promise.all([credential.renew(), credential.renew()])).toEqual([true, true]);
  expect(renew).toHaveBeenCalledTimes(1);
});

test('a tenant that is entered while the token is renewed stays', async () => {
  const credential = new Credential(SESSION, { storage, renew: giving() });
  const renewing = credential.renew();
  credential.enter('south');
  await renewing;

  expect(credential.session).toMatchObject({ token: 'token-1', tenant: 'south' });
});

test('asks a provider that is away again, and one that refuses never', async () => {
  const away = vi.fn(async () => Promise.reject(new TypeError('Failed to fetch')));
  const credential = new Credential(SESSION, { storage, renew: away });
  credential.start();
  await vi.advanceTimersByTimeAsync(265_000);
  expect(away.mock.calls.length).toBeGreaterThanOrEqual(3);
  credential.stop();

  const refuses = vi.fn(async () => Promise.reject(new SignInError('Session not active')));
  const over = new Credential(SESSION, { storage, renew: refuses });
  over.start();
  await vi.advanceTimersByTimeAsync(400_000);
  expect(refuses).toHaveBeenCalledTimes(1);
  expect(await over.renew()).toBe(false);
  expect(JSON.parse(stored!).grant.refreshToken).toBeUndefined();
  over.stop();
});

test('a token that somebody brought cannot be renewed', async () => {
  const credential = new Credential({ token: 'brought' }, { storage });
  credential.start();

  expect(await credential.renew()).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('what comes of a renewal after the end is not kept', async () => {
  const credential = new Credential(SESSION, { storage, renew: giving() });
  credential.start();
  const renewing = credential.renew();
  credential.stop();
  await renewing;

  expect(stored).toBeUndefined();
});
