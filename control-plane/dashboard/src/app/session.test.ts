import { expect, test } from 'vitest';
import { endSession, identityOf, openSession, saveSession } from './session';

class MemoryStorage {
  private readonly values = new Map<string, string>();
  getItem = (key: string): string | null => this.values.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.values.set(key, value);
  removeItem = (key: string): void => void this.values.delete(key);
}

const page = (hash: string) => {
  const addresses: string[] = [];
  return {
    addresses,
    location: { pathname: '/streams/a', search: '?range=1h', hash } as Location,
    history: { state: null, replaceState: (_: unknown, __: string, url: string) => addresses.push(url) } as unknown as History,
    storage: new MemoryStorage() as unknown as Storage,
  };
};

test('takes a token out of the address, and keeps it for this tab', () => {
  const { location, history, storage, addresses } = page('#token=abc');

  expect(openSession(location, history, storage)).toEqual({ token: 'abc' });
  expect(addresses).toEqual(['/streams/a?range=1h']);
  expect(openSession({ ...location, hash: '' }, history, storage)).toEqual({ token: 'abc' });
});

test('there is no session after its end, nor with a broken one', () => {
  const { location, history, storage } = page('');
  saveSession({ token: 'abc' }, storage);
  endSession(storage);
  expect(openSession(location, history, storage)).toBeUndefined();

  storage.setItem('streamgauge.session', '{');
  expect(openSession(location, history, storage)).toBeUndefined();
});

test('knows an operator by the token', () => {
  const claims = Buffer.from(JSON.stringify({ sub: 'ann', roles: ['operator'] })).toString('base64url');

  expect(identityOf(`x.${claims}.y`)).toEqual({ subject: 'ann', operator: true });
  const nested = Buffer.from(JSON.stringify({ sub: '1', preferred_username: 'bob', realm_access: { roles: ['operator'] } })).toString('base64url');
  expect(identityOf(`x.${nested}.y`)).toEqual({ subject: 'bob', operator: true });
  expect(identityOf('sgk_abcdefghijkl_secret').subject).toBe('sgk_abcdefghijkl');
  expect(identityOf('nonsense')).toEqual({ subject: '', operator: false });
});
