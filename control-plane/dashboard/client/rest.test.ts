import { expect, test, vi } from 'vitest';
import { ApiError, RestClient } from './rest';

const answer = (status: number, body: object): Response => new Response(JSON.stringify(body), { status });

test('sends a request again with a newer credential where the first was refused', async () => {
  let token = 'old';
  const fetch = vi.fn(async (_: unknown, init?: RequestInit) =>
    (init?.headers as Record<string, string>)['Authorization'] === 'Bearer new' ? answer(200, { ok: true }) : answer(401, {}),
  );
  const onUnauthenticated = vi.fn();
  const rest = new RestClient({
    base: '',
    token: () => token,
    renew: async () => {
      token = 'new';
      return true;
    },
    onUnauthenticated,
    fetch,
  });

  expect(await rest.get('/streams')).toEqual({ ok: true });
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('tells of a refused credential where there is no newer one, or that is refused as well', async () => {
  for (const renewed of [false, true]) {
    const fetch = vi.fn(async () => answer(401, { status: 401, code: 'unauthenticated', detail: 'expired' }));
    const onUnauthenticated = vi.fn();
    const rest = new RestClient({ base: '', token: () => 'old', renew: async () => renewed, onUnauthenticated, fetch });

    await expect(rest.get('/streams')).rejects.toBeInstanceOf(ApiError);
    expect(fetch).toHaveBeenCalledTimes(renewed ? 2 : 1);
    expect(onUnauthenticated).toHaveBeenCalledTimes(1);
  }
});

test('a refusal for a limit says which, and when to ask again', async () => {
  const fetch = vi.fn(
    async () =>
      new Response(JSON.stringify({ status: 429, code: 'rate-limited', detail: 'too many' }), {
        status: 429,
        headers: { 'Retry-After': '36', RateLimit: '"copper";r=0;t=36', 'RateLimit-Policy': '"copper";q=100;w=3600' },
      }),
  );
  const rest = new RestClient({ base: '', token: () => 'a', fetch });
  const now = 1_800_000_000_000;
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now);

  const error = await rest.get('/streams').catch((it: unknown) => it);
  clock.mockRestore();

  const { problem, retryAfter } = error as ApiError;
  expect(retryAfter).toBe(36);
  expect(problem.allowance).toMatchObject({ policy: 'copper', amount: 100, windowSeconds: 3600, left: 0 });
  expect(problem.retryAt).toBe(now + 36_000);
  expect(rest.allowance).toEqual(problem.allowance);
});
