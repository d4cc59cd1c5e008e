import { Backoff } from './backoff';
import { SeenIds } from './seen-ids';
import { afterClose, SUBPROTOCOL } from './protocol';
import { identityOf, sinceOf } from './results';
import type { LiveResult, Problem, Subscribe } from './protocol';

/** The part of a browser's WebSocket that the client needs; a test gives its own. */
export interface Socket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface LiveClientOptions {
  /** Of the WebSocket: `ws://…/api/v1/live`. */
  readonly url: string;
  /** The credential, asked for at each attempt. */
  readonly token: () => string;
  /** Needed where the credential is good for several tenants. */
  readonly tenant?: () => string | undefined;
  /** Asked where the credential is refused or has ended: whether there is a newer one, with which the connection goes on. */
  readonly renew?: () => Promise<boolean>;
  readonly backoff?: Backoff;
  readonly open?: (url: string, protocol: string) => Socket;
}

/** How the connection stands. `waiting` has a reason and the time of the next attempt; `closed` is for good. */
export type ConnectionState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  | { readonly phase: 'waiting'; readonly until: number; readonly attempt: number; readonly reason: string }
  | { readonly phase: 'closed'; readonly code: number; readonly reason: string };

/** What a subscriber is told. All but `next` may be left out. */
export interface LiveHandler {
  next(result: LiveResult, dropped: number): void;
  /** The subscription was refused and is over. */
  error?(problem: Problem): void;
  /** The stream is gone and the subscription with it. */
  complete?(): void;
  /** Results may be missing from before the next one: read them from the REST API. `since` is when, where the server says it. */
  gap?(since?: number): void;
}

export interface LiveSubscription {
  readonly id: string;
  unsubscribe(): void;
}

/** A subscription as {@link LiveClient.listActive} shows it. */
export interface ActiveSubscription {
  readonly id: string;
  readonly payload: Subscribe;
  readonly position: string | undefined;
}

interface Entry {
  readonly id: string;
  readonly payload: Subscribe;
  readonly handler: LiveHandler;
  readonly seen: SeenIds;
  position: string | undefined;
  /** Whether it was there before a connection broke. */
  resuming: boolean;
  /** Between attempts to resume that are refused for the moment. */
  readonly refusals: Backoff;
}

/** Without any frame for so long the server is taken for gone: it sends a ping each 15 s. */
const SILENCE_MILLIS = 40_000;

/** A connection that has lasted so long was a good one. */
const GOOD_MILLIS = 5_000;

/**
 * One live connection with any number of subscriptions, which survive it: when it breaks, the client connects again with a growing
 * delay and subscribes anew `after` the position that each had come to, so that nothing is missed and nothing is told twice. Where a
 * server does not take positions, or no longer has what was missed, the subscriber hears of a gap instead.
 */
export class LiveClient {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  private readonly backoff: Backoff;
  private readonly openSocket: (url: string, protocol: string) => Socket;
  private socket: Socket | undefined;
  private current: ConnectionState = { phase: 'connecting' };
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private good: ReturnType<typeof setTimeout> | undefined;
  private nextId = 1;
  private acceptsPositions = true;
  /** The credential of the present connection, or of the last. */
  private used = '';
  /** Credentials that were refused in a row: of a newer one that is refused as well there is no better. */
  private refusals = 0;

  constructor(private readonly options: LiveClientOptions) {
    this.backoff = options.backoff ?? new Backoff();
    this.openSocket = options.open ?? ((url, protocol) => new WebSocket(url, protocol));
    this.connect();
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Tells of each change of the connection's state, until the returned function is called. */
  onState(listener: (state: ConnectionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Subscribes now, or as soon as there is a connection. */
  subscribe(payload: Subscribe, handler: LiveHandler): LiveSubscription {
    const id = String(this.nextId++);
    const entry: Entry = { id, payload, handler, seen: new SeenIds(4096), position: undefined, resuming: false, refusals: new Backoff() };
    this.entries.set(id, entry);
    if (this.current.phase === 'open') {
      this.sendSubscribe(entry);
    }
    return { id, unsubscribe: () => this.unsubscribe(id) };
  }

  /** Ends a subscription; nothing is told of it any more. */
  unsubscribe(id: string): void {
    if (this.entries.delete(id) && this.current.phase === 'open') {
      this.send({ type: 'complete', id });
    }
  }

  /** Every subscription, in the order of their making. */
  listActive(): readonly ActiveSubscription[] {
    return [...this.entries.values()].map(({ id, payload, position }) => ({ id, payload, position }));
  }

  /** Does not wait for the next attempt any longer: somebody is there who wants it now. */
  retryNow(): void {
    if (this.current.phase === 'waiting') {
      this.connect();
    }
  }

  /** Ends the connection for good. */
  close(): void {
    this.stopTimers();
    const socket = this.socket;
    this.socket = undefined;
    socket?.close(1000);
    this.become({ phase: 'closed', code: 1000, reason: '' });
  }

  private connect(): void {
    this.stopTimers();
    this.become({ phase: 'connecting' });
    const socket = this.openSocket(this.options.url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => {
      this.hear(socket);
      const tenant = this.options.tenant?.();
      this.used = this.options.token();
      const payload = { token: this.used, ...(tenant === undefined ? {} : { tenant }) };
      this.send({ type: 'connection_init', payload });
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) {
        this.hear(socket);
        this.receive(JSON.parse(String(event.data)) as Record<string, unknown>);
      }
    };
    socket.onclose = (event) => {
      if (this.socket === socket) {
        this.lost(event.code, event.reason);
      }
    };
  }

  /** Something came: the server is there. Where nothing comes any more, no close may come either. */
  private hear(socket: Socket): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (this.socket === socket) {
        socket.onclose = null;
        socket.close();
        this.lost(1006, 'the server was not heard');
      }
    }, SILENCE_MILLIS);
  }

  private receive(message: Record<string, unknown>): void {
    switch (message['type']) {
      case 'connection_ack':
        this.refusals = 0;
        this.become({ phase: 'open' });
        this.good = setTimeout(() => this.backoff.reset(), GOOD_MILLIS);
        this.entries.forEach((entry) => this.sendSubscribe(entry));
        return;
      case 'ping':
        this.send('payload' in message ? { type: 'pong', payload: message['payload'] } : { type: 'pong' });
        return;
      default:
        this.deliver(message);
    }
  }

  private deliver(message: Record<string, unknown>): void {
    const entry = this.entries.get(String(message['id']));
    if (entry === undefined) {
      return;
    }
    if (typeof message['position'] === 'string') {
      entry.position = message['position'];
    }
    switch (message['type']) {
      case 'synced':
        entry.refusals.reset();
        return;
      case 'next': {
        const result = message['payload'] as LiveResult;
        const dropped = typeof message['dropped'] === 'number' ? message['dropped'] : 0;
        if (entry.seen.add(identityOf(result))) {
          entry.handler.next(result, dropped);
        }
        return;
      }
      case 'gap':
        entry.handler.gap?.(sinceOf(message['payload']));
        return;
      case 'error':
        this.refused(entry, message['payload'] as Problem);
        return;
      case 'complete':
        this.entries.delete(entry.id);
        entry.handler.complete?.();
        return;
    }
  }

  private refused(entry: Entry, problem: Problem): void {
    const positionRefused = problem.errors?.some((it) => it.pointer === '#/after') ?? false;
    if (positionRefused && entry.position !== undefined) {
      // A server that does not resume, or a position that it does not know any more.
      this.acceptsPositions = problem.errors?.some((it) => it.pointer === '#/after' && it.code !== 'unknown') ?? false;
      entry.position = undefined;
      this.sendSubscribe(entry);
      return;
    }
    if (entry.resuming && (problem.status === 503 || problem.status === 429)) {
      this.askLater(entry);
      return;
    }
    this.entries.delete(entry.id);
    entry.handler.error?.(problem);
  }

  /** It was there, and will be again: the server cannot look it up now, or is too full. */
  private askLater(entry: Entry): void {
    const asked = this.socket;
    setTimeout(() => {
      if (this.socket === asked && this.entries.has(entry.id)) {
        this.sendSubscribe(entry);
      }
    }, entry.refusals.next());
  }

  private sendSubscribe(entry: Entry): void {
    const after = this.acceptsPositions ? entry.position : undefined;
    const payload = after === undefined ? entry.payload : { ...entry.payload, after };
    this.send({ type: 'subscribe', id: entry.id, payload });
    if (entry.resuming && after === undefined) {
      entry.handler.gap?.();
    }
  }

  private lost(code: number, reason: string): void {
    this.stopTimers();
    this.socket = undefined;
    this.entries.forEach((entry) => (entry.resuming = true));
    const next = afterClose(code);
    if (next === 'credential' && this.refusals++ === 0) {
      this.goOnWithANewer(code, reason);
      return;
    }
    if (next === 'credential' || next === 'never') {
      this.become({ phase: 'closed', code, reason });
      return;
    }
    const delay = next === 'again' ? 0 : this.backoff.next();
    this.become({ phase: 'waiting', until: Date.now() + delay, attempt: this.backoff.attempt, reason });
    this.retry = setTimeout(() => this.connect(), delay);
  }

  /** A token has its time: by the end of a connection there mostly is a newer one. */
  private goOnWithANewer(code: number, reason: string): void {
    if (this.options.token() !== this.used) {
      this.connect();
      return;
    }
    const closed: ConnectionState = { phase: 'closed', code, reason };
    if (this.options.renew === undefined) {
      this.become(closed);
      return;
    }
    this.become({ phase: 'connecting' });
    void this.options.renew().then((renewed) => {
      if (this.current.phase !== 'connecting' || this.socket !== undefined) {
        return; // closed meanwhile
      }
      if (renewed) {
        this.connect();
      } else {
        this.become(closed);
      }
    });
  }

  private become(state: ConnectionState): void {
    this.current = state;
    this.listeners.forEach((listener) => listener(state));
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private stopTimers(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    clearTimeout(this.good);
  }
}
