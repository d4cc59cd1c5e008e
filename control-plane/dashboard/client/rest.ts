import { readAllowance } from './limits';
import type { Allowance } from './limits';
import type { Problem } from './protocol';

/** A request that was refused or failed, with the problem that says why. */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds after which the server may be asked again, where it says so. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail);
    this.name = 'ApiError';
  }
}

export interface RestOptions {
  /** Before `/api/v1`; empty for the page's own server. */
  readonly base: string;
  readonly token: () => string;
  readonly tenant?: () => string | undefined;
  /** Asked once where a credential is refused: whether there is a newer one, with which the request is then sent again. */
  readonly renew?: () => Promise<boolean>;
  /** Hears of each 401: the credential is good for nothing any more. */
  readonly onUnauthenticated?: (problem: Problem) => void;
  readonly fetch?: typeof fetch;
}

/** Values of parameters; arrays repeat the parameter, undefined leaves it out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Query;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** An answer's body with the tag that a change of it needs. */
export interface Answer<T> {
  readonly body: T;
  readonly etag: string | undefined;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** The REST API: requests with the credential, answers as they come, failures as {@link ApiError}. */
export class RestClient {
  private latest: Allowance | undefined;

  constructor(private readonly options: RestOptions) {}

  /** What is left of the tenant's limits, as the latest answer told. */
  get allowance(): Allowance | undefined {
    return this.latest;
  }

  /** The body of an answer. */
  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return (await this.send<T>(path, { ...(query && { query }), ...(signal && { signal }) })).body;
  }

  /**
   * Sends a request to a path below `/api/v1`.
   *
   * @throws ApiError where the answer is not a good one, or none comes
   */
  async send<T>(path: string, request: Request = {}): Promise<Answer<T>> {
    let response = await this.fetch(path, request);
    if (response.status === 401 && (await this.options.renew?.()) === true) {
      response = await this.fetch(path, request);
    }
    if (!response.ok) {
      throw await this.failure(response);
    }
    const text = await response.text();
    return { body: (text === '' ? undefined : JSON.parse(text)) as T, etag: response.headers.get('ETag') ?? undefined };
  }

  /** All items of a list, page by page, at most `most` of them. */
  async all<T>(path: string, query: Query = {}, most = 1000, signal?: AbortSignal): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get(path, { limit: 200, ...query, cursor }, signal);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && items.length < most);
    return items;
  }

  private async fetch(path: string, request: Request): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.options.token()}` };
    const tenant = this.options.tenant?.();
    if (tenant !== undefined) {
      headers['X-Tenant-Id'] = tenant;
    }
    if (request.body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    if (request.ifMatch !== undefined) {
      headers['If-Match'] = request.ifMatch;
    }
    try {
      const response = await (this.options.fetch ?? fetch)(`${this.options.base}/api/v1${path}${queryText(request.query)}`, {
        method: request.method ?? 'GET',
        headers,
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        ...(request.signal && { signal: request.signal }),
      });
      this.latest = readAllowance(response.headers, Date.now()) ?? this.latest;
      return response;
    } catch (cause) {
      if (request.signal?.aborted) {
        throw cause;
      }
      throw new ApiError(unreachable());
    }
  }

  private async failure(response: Response): Promise<ApiError> {
    let problem: Problem;
    try {
      problem = (await response.json()) as Problem;
    } catch {
      problem = {
        type: 'about:blank',
        title: response.statusText || 'The request failed',
        status: response.status,
        detail: `The server answered with ${response.status} and no reason.`,
        code: 'unknown',
      };
    }
    if (response.status === 401) {
      this.options.onUnauthenticated?.(problem);
    }
    const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
    if (!Number.isFinite(retryAfter)) {
      return new ApiError(problem);
    }
    return new ApiError(response.status === 429 ? limited(problem, response.headers, retryAfter) : problem, retryAfter);
  }
}

function queryText(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) {
      continue;
    }
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) {
      parameters.append(name, each);
    }
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** With which limit it was, and when to ask again. */
function limited(problem: Problem, headers: Headers, retryAfter: number): Problem {
  const now = Date.now();
  const allowance = readAllowance(headers, now);
  return { ...problem, retryAt: now + retryAfter * 1000, ...(allowance !== undefined && { allowance }) };
}

function unreachable(): Problem {
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    detail: 'The server does not answer. Is it running, and is the network there?',
    code: 'unreachable',
  };
}
