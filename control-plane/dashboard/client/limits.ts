/** What is left of the tightest limit that a request counts against, as its answer tells: docs/rate-limits.md. */
export interface Allowance {
  /** The limit's name: a class of routes, or the tenant's tier. */
  readonly policy: string;
  /** Requests in each window, where the answer tells. */
  readonly amount?: number;
  readonly windowSeconds?: number;
  readonly left: number;
  /** Seconds until there are more. */
  readonly againSeconds: number;
  /** When it was told, by this machine's clock. */
  readonly at: number;
}

const ITEM = /"((?:[^"\\]|\\.)*)"((?:\s*;\s*[a-z]+=[^;,]+)*)/g;

/** Reads the fields `RateLimit` and `RateLimit-Policy`; undefined where there are none. */
export function readAllowance(headers: Headers, now: number): Allowance | undefined {
  const [limit] = items(headers.get('RateLimit'));
  const left = limit?.parameters['r'];
  if (limit === undefined || left === undefined) {
    return undefined;
  }
  const policy = items(headers.get('RateLimit-Policy')).find((it) => it.name === limit.name)?.parameters ?? {};
  return {
    policy: limit.name,
    ...(policy['q'] !== undefined && { amount: policy['q'] }),
    ...(policy['w'] !== undefined && { windowSeconds: policy['w'] }),
    left,
    againSeconds: limit.parameters['t'] ?? 0,
    at: now,
  };
}

/** How many requests are left by now: limits are refilled evenly. */
export function leftAt(allowance: Allowance, now: number): number {
  const { amount, windowSeconds, left, at } = allowance;
  if (amount === undefined || windowSeconds === undefined || windowSeconds === 0) {
    return left;
  }
  return Math.min(amount, Math.floor(left + (Math.max(0, now - at) / 1000) * (amount / windowSeconds)));
}

function items(field: string | null): readonly { readonly name: string; readonly parameters: Readonly<Record<string, number>> }[] {
  return [...(field ?? '').matchAll(ITEM)].map(([, name, parameters]) => ({
    name: name!,
    parameters: Object.fromEntries(
      parameters!
        .split(';')
        .map((it) => it.trim().split('='))
        .map(([key, value]): [string, number] => [key!, Number(value)])
        .filter(([key, value]) => key !== '' && Number.isFinite(value)),
    ),
  }));
}
