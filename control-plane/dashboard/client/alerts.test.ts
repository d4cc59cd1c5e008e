import { expect, test } from 'vitest';
import { Alerts } from './alerts';
import { ApiError, RestClient } from './rest';

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** A server that answers in order, and remembers what it was asked. */
function server(...answers: Response[]): { alerts: Alerts; seen: Seen[] } {
  const seen: Seen[] = [];
  const rest = new RestClient({
    base: '',
    token: () => 'secret',
    tenant: () => 'demo',
    fetch: (url, init) => {
      seen.push({
        method: init?.method ?? 'GET',
        url: String(url),
        headers: init?.headers as Record<string, string>,
        body: init?.body === undefined ? undefined : JSON.parse(String(init.body)),
      });
      return Promise.resolve(answers.shift()!);
    },
  });
  return { alerts: new Alerts(rest), seen };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

const spec = { name: 'slow', stream: 'orders', condition: { kind: 'absence', duration: '5m' } };

test('configures an alert that there is not by creating it', async () => {
  const { alerts, seen } = server(json({ status: 404, detail: 'no' }, 404), json(spec, 201));

  await alerts.configure(spec, { note: 'first' });

  expect(seen.map((it) => `${it.method} ${it.url}`)).toEqual(['GET /api/v1/alerts/slow', 'POST /api/v1/alerts?note=first']);
  expect(seen[1]!.body).toEqual(spec);
  expect(seen[1]!.headers).toMatchObject({ Authorization: 'Bearer secret', 'X-Tenant-Id': 'demo' });
});

test('configures an alert that there is by replacing just what was read', async () => {
  const { alerts, seen } = server(json(spec, 200, { ETag: '"7"' }), json(spec));

  await alerts.configure(spec, { onChange: 'drain' });

  expect(`${seen[1]!.method} ${seen[1]!.url}`).toBe('PUT /api/v1/alerts/slow?onChange=drain');
  expect(seen[1]!.headers['If-Match']).toBe('"7"');
});

test('reads what is active from all pages', async () => {
  const { alerts, seen } = server(json({ items: [{ id: 'a' }], nextCursor: 'more' }), json({ items: [{ id: 'b' }] }));

  const active = await alerts.getActive({ stream: 'orders', severity: ['warning', 'critical'] });

  expect(active.map((it) => it.id)).toEqual(['a', 'b']);
  expect(seen[1]!.url).toBe('/api/v1/alerts/active?limit=200&stream=orders&severity=warning&severity=critical&cursor=more');
});

test('fails with the problem, and when to come again', async () => {
  const { alerts } = server(json({ status: 429, detail: 'slower', code: 'rate-limited' }, 429, { 'Retry-After': '12' }));

  const failure = await alerts.getActive().catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ message: 'slower', retryAfter: 12, problem: { code: 'rate-limited' } });
});
