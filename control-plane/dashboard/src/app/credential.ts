import { SignInError } from './provider';
import { saveSession } from './session';
import type { Session } from './session';

/** How often a provider that does not answer is asked again. */
const RETRY_MILLIS = 10_000;

/** A token is renewed when a fifth of its time is left, but no earlier than so long before its end. */
const AHEAD_MILLIS = 60_000;

/** Timers take no longer times. */
const MOST_MILLIS = 2 ** 31 - 1;

export interface CredentialOptions {
  readonly storage: Storage;
  /** Absent where the token is all that there is. Throws a SignInError where the session is over. */
  readonly renew?: (session: Session) => Promise<Session>;
  readonly now?: () => number;
}

/**
 * The credential of one sign-in, whose token may be replaced by a newer one while everything goes on. Whoever sends it asks for it
 * each time. Renewed ahead of its end, or when the server refuses it: then by the one who first finds out, for all.
 */
export class Credential {
  private static count = 0;

  /** Tells one sign-in of this page from another. */
  readonly number = Credential.count++;
  private readonly now: () => number;
  private current: Session;
  private renewing: Promise<boolean> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What comes of a renewal after the end is not kept. */
  private ended = false;

  constructor(
    session: Session,
    private readonly options: CredentialOptions,
  ) {
    this.current = session;
    this.now = options.now ?? Date.now;
  }

  get session(): Session {
    return this.current;
  }

  readonly token = (): string => this.current.token;

  /** Works in another tenant from now on, and still does after the page is loaded again. */
  enter(tenant: string): void {
    this.keep({ ...this.current, tenant });
  }

  /** Renews the token ahead of its end, until `stop`. */
  start(): void {
    this.ended = false;
    this.schedule();
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  /** Whether there is a newer token now. */
  readonly renew = (): Promise<boolean> => {
    this.renewing ??= this.ask().finally(() => (this.renewing = undefined));
    return this.renewing;
  };

  private schedule(): void {
    clearTimeout(this.timer);
    const due = this.dueIn();
    if (due !== undefined) {
      this.timer = setTimeout(() => void this.renewOnTime(), Math.min(due, MOST_MILLIS));
    }
  }

  private async ask(): Promise<boolean> {
    const { renew } = this.options;
    if (renew === undefined || this.current.grant?.refreshToken === undefined) {
      return false;
    }
    try {
      const renewed = await renew(this.current);
      // The tenant may have been changed meanwhile.
      this.keep({ ...this.current, token: renewed.token, ...(renewed.grant !== undefined && { grant: renewed.grant }) });
      return true;
    } catch (error) {
      if (error instanceof SignInError) {
        this.keep(withoutRefresh(this.current));
      }
      return false;
    }
  }

  private async renewOnTime(): Promise<void> {
    const left = this.dueIn();
    if (left === undefined || left > 0 || (await this.renew())) {
      if (!this.ended) {
        this.schedule();
      }
      return;
    }
    if (!this.ended && this.current.grant?.refreshToken !== undefined) {
      this.timer = setTimeout(() => void this.renewOnTime(), RETRY_MILLIS);
    }
  }

  /** Milliseconds until the token should be renewed; undefined where it cannot be or need not be. */
  private dueIn(): number | undefined {
    const { grant } = this.current;
    if (grant?.expiresAt === undefined || grant.refreshToken === undefined || this.options.renew === undefined) {
      return undefined;
    }
    const ahead = Math.min(AHEAD_MILLIS, (grant.expiresAt - grant.issuedAt) / 5);
    return Math.max(0, grant.expiresAt - ahead - this.now());
  }

  private keep(session: Session): void {
    if (!this.ended) {
      this.current = saveSession(session, this.options.storage);
    }
  }
}

function withoutRefresh(session: Session): Session {
  const { refreshToken: _, ...grant } = session.grant ?? { issuedAt: 0 };
  return { ...session, grant };
}
