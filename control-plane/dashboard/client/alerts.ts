import { ApiError } from './rest';
import type { RestClient } from './rest';
import type { Severity } from './protocol';

/** An alert as one writes it: docs/alerts.md. */
export interface AlertSpec {
  readonly name: string;
  readonly description?: string;
  readonly stream?: string;
  readonly where?: string;
  readonly groupBy?: readonly string[];
  readonly severity?: Severity;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly for?: string;
  readonly keepFiringFor?: string;
  readonly condition: Readonly<Record<string, unknown>> & { readonly kind: string };
}

/** An alert as the server has it. */
export interface Alert extends AlertSpec {
  readonly id: string;
  readonly tenant: string;
  readonly streamId?: string;
  readonly version: number;
  readonly revision: number;
  readonly paused: boolean;
  readonly shadow?: { readonly version: number; readonly spec: AlertSpec };
  readonly draining?: readonly number[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ChangedAlert extends Alert {
  readonly preview?: {
    readonly key: Readonly<Record<string, string>>;
    readonly value?: number;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly dryRun?: boolean;
}

/** One incident of an alert. */
export interface AlertInstance {
  readonly id: string;
  readonly alert: string;
  readonly name: string;
  readonly version: number;
  readonly stream?: string;
  readonly key: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly reason?: string;
  readonly severity: Severity;
  readonly startedAt: string;
  readonly firedAt?: string;
  readonly endedAt?: string;
  readonly updatedAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly acknowledgement?: { readonly at: string; readonly by: string; readonly note: string };
  readonly silenced?: boolean;
  readonly silencedBy?: readonly string[];
}

export interface ConfigureOptions {
  /** Do everything but save. */
  readonly dryRun?: boolean;
  /** Of the alert that is replaced; without it, the alert is looked up first. `null` says that there is none. */
  readonly etag?: string | null;
  readonly note?: string;
  readonly onChange?: 'reset' | 'drain';
}

/** Which alerts to ask for. */
export interface ActiveFilter {
  readonly alert?: string;
  readonly stream?: string;
  readonly severity?: readonly Severity[];
}

/** Alerts by REST: making and changing them, and what is pending or firing now. */
export class Alerts {
  constructor(private readonly rest: RestClient) {}

  /**
   * Makes the alert be as described, whether or not there is one of its name.
   *
   * @throws ApiError with every violation, and its place in the specification
   */
  async configure(spec: AlertSpec, options: ConfigureOptions = {}): Promise<ChangedAlert> {
    const etag = options.etag === undefined ? await this.etag(spec.name) : options.etag;
    const query = { dryRun: options.dryRun || undefined, note: options.note || undefined };
    if (etag === null) {
      return (await this.rest.send<ChangedAlert>('/alerts', { method: 'POST', query, body: spec })).body;
    }
    const path = `/alerts/${encodeURIComponent(spec.name)}`;
    return (
      await this.rest.send<ChangedAlert>(path, {
        method: 'PUT',
        query: { ...query, onChange: options.onChange },
        body: spec,
        ifMatch: etag,
      })
    ).body;
  }

  /** What is pending or firing, the latest first. */
  getActive(filter: ActiveFilter = {}, signal?: AbortSignal): Promise<readonly AlertInstance[]> {
    return this.rest.all('/alerts/active', { ...filter }, 1000, signal);
  }

  private async etag(name: string): Promise<string | null> {
    try {
      return (await this.rest.send(`/alerts/${encodeURIComponent(name)}`)).etag ?? '*';
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 404) {
        return null;
      }
      throw error;
    }
  }
}
