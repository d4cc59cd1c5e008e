/** What the live connection and the REST API say, as far as a client looks at it. See docs/live-protocol.md. */

import type { Allowance } from './limits';

export type Statistic = 'count' | 'sum' | 'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p95' | 'p99';

export type Statistics = Readonly<Record<Statistic, number>>;

export type Timing = 'early' | 'on-time' | 'late';

export type Severity = 'info' | 'warning' | 'critical';

/** A window's result of one series. Two with the same `id` are the same; of one window the larger `revision` counts. */
export interface Aggregate {
  readonly id: string;
  readonly stream: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly window: string;
  readonly start: string;
  readonly end: string;
  readonly timing: Timing;
  readonly revision: number;
  readonly count: number;
  readonly measures: Readonly<Record<string, Statistics>>;
}

export type TransitionState = 'pending' | 'firing' | 'resolved' | 'dismissed';

/** An instance of an alert has come to a state. */
export interface AlertTransition {
  readonly alert: string;
  readonly name: string;
  readonly version: number;
  readonly stream?: string;
  readonly instance: string;
  readonly fingerprint: string;
  readonly key: Readonly<Record<string, string>>;
  readonly state: TransitionState;
  readonly reason?: string;
  readonly startedAt: string;
  readonly at: string;
  readonly firedAt?: string;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, unknown>>;
}

export type AnomalyKind = 'spike' | 'dip' | 'level_shift' | 'trend' | 'flatline' | 'missing' | 'combination';

/** A measure of a series was unusual in a window; without a value where there was none. */
export interface Anomaly {
  readonly id: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly window: string;
  readonly start: string;
  readonly measure: string;
  readonly score: number;
  readonly kind: AnomalyKind;
  readonly begins: boolean;
  readonly value?: number;
  readonly expected: number;
}

/** What was expected of a measure in a window. */
export interface Expected {
  readonly lower: number;
  readonly upper: number;
  readonly phase: string;
}

/** What was expected of a series in a window of the stream's smallest size. */
export interface Band {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly window: string;
  readonly start: string;
  readonly measures: Readonly<Record<string, Expected>>;
}

/** A result; kinds that this client does not know pass through as they came. */
export type LiveResult =
  | { readonly kind: 'aggregate'; readonly aggregate: Aggregate }
  | { readonly kind: 'alert'; readonly alert: AlertTransition }
  | { readonly kind: 'anomaly'; readonly anomaly: Anomaly }
  | { readonly kind: 'band'; readonly band: Band };

/** What to subscribe to. */
export interface Subscribe {
  readonly stream?: string;
  readonly kinds?: readonly string[];
  readonly where?: Readonly<Record<string, string>>;
  readonly windows?: readonly string[];
  readonly timings?: readonly Timing[];
  readonly severities?: readonly Severity[];
  readonly states?: readonly TransitionState[];
}

/** A violation of what was expected, with its place: `#/condition/value`, `?from`, `If-Match`. */
export interface Violation {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** A problem of RFC 9457 as the platform writes it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId?: string;
  readonly errors?: readonly Violation[];
  /** Of a refusal for a limit: which, as the answer's fields tell; and when to ask again, by this machine's clock. */
  readonly allowance?: Allowance;
  readonly retryAt?: number;
}

/** The subprotocol's name. */
export const SUBPROTOCOL = 'streamgauge.v1+json';

/** What a close code asks of the client: see the table in docs/live-protocol.md. */
export type AfterClose = 'again' | 'later' | 'credential' | 'never';

/** Whether and when to connect again after a close; unknown codes are taken for accidents. */
export function afterClose(code: number): AfterClose {
  switch (code) {
    case 3012:
      return 'again';
    case 4401:
      return 'credential';
    case 1003:
    case 1007:
    case 1009:
    case 4400:
    case 4403:
    case 4408:
    case 4409:
    case 4429:
      return 'never';
    default:
      return 'later';
  }
}
