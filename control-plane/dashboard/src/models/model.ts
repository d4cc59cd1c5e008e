/** Models and their trainings as the API has them: docs/models.md. */
export interface Evaluation {
  readonly separation?: number;
  readonly found?: number;
  readonly alarms?: number;
  readonly points?: number;
}

export interface Model {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly state: 'candidate' | 'active' | 'retired';
  readonly createdAt: string;
  readonly createdBy: string;
  readonly activatedAt?: string;
  readonly measures: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly points: number;
  readonly metrics: Evaluation & {
    readonly active?: Evaluation;
    readonly data?: { readonly series?: number; readonly windows?: number; readonly complete?: boolean };
  };
  readonly objection?: string;
}

export interface Training {
  readonly id: string;
  readonly stream: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly scheduled: boolean;
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly endedAt?: string;
  readonly model?: string;
  readonly detail?: string;
}

/** What can be done with a model. */
export type Action = 'activate' | 'rollback' | 'deactivate';

/** What the server would do with a model; nothing that it would refuse in any case. */
export function actionsOf(model: Model, models: readonly Model[]): readonly Action[] {
  if (model.state !== 'active') {
    return ['activate'];
  }
  return before(model, models) === undefined ? ['deactivate'] : ['rollback', 'deactivate'];
}

/** The one that going back from a model leads to: the newest before it that was active once. */
export function before(model: Model, models: readonly Model[]): Model | undefined {
  return models
    .filter((it) => it.stream === model.stream && it.version < model.version && it.activatedAt !== undefined)
    .sort((a, b) => b.version - a.version)[0];
}

export type Tone = 'good' | 'warning' | 'critical' | 'info' | '';

/** How a state is to be looked at. */
export function toneOf(state: Model['state'] | Training['state']): Tone {
  switch (state) {
    case 'active':
    case 'done':
      return 'good';
    case 'candidate':
    case 'queued':
    case 'running':
      return 'info';
    case 'failed':
      return 'critical';
    case 'retired':
      return '';
  }
}

/** A share in percent, to as many places as tell something; a dash where there is none. */
export function percent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) {
    return '–';
  }
  const value = share * 100;
  const places = value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return `${value.toFixed(places)} %`;
}

/** How a number compares with that of the model that was active on the same points: `0.94 (0.91)`. */
export function beside(value: number | undefined, active: number | undefined): string {
  const text = value === undefined ? '–' : value.toFixed(2);
  return active === undefined ? text : `${text} (${active.toFixed(2)})`;
}

/** Whether somebody waits for one of them. */
export function isOpen(training: Training): boolean {
  return training.state === 'queued' || training.state === 'running';
}

/**
 * When to look again at trainings that go on: seldom, since each look counts against the tenant's limit, and ever less often the
 * longer it takes.
 */
export function waitMillis(looks: number): number {
  return Math.min(30_000, 3_000 * 1.5 ** looks);
}
