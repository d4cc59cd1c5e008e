/** How the jobs are, as `/jobs` tells it; what Flink does not know is null. */
export interface JobReport {
  readonly configured: boolean;
  readonly readAt?: string;
  readonly items: readonly Job[];
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly since: string | null;
  readonly startedAt: string | null;
  readonly restarts: number | null;
  readonly lag: number | null;
  readonly checkpoints: Checkpoints | null;
  readonly operators: readonly Operator[];
}

export interface Checkpoints {
  readonly completed: number | null;
  readonly failed: number | null;
  readonly inProgress: number | null;
  readonly last: {
    readonly id: number;
    readonly completedAt: string;
    readonly ageMillis: number;
    readonly durationMillis: number;
    readonly stateBytes: number | null;
    readonly writtenBytes: number | null;
  } | null;
  readonly lastFailure: { readonly at: string; readonly reason: string | null } | null;
}

export interface Operator {
  readonly name: string;
  readonly state: string;
  readonly parallelism: number;
  readonly busy: number | null;
  readonly backpressured: number | null;
  readonly pendingRecords: number | null;
}

export type Tone = 'good' | 'warning' | 'critical';

/** How bad a state is: a job that ended ended against our will, jobs here do not. */
export function toneOf(state: string): Tone {
  switch (state) {
    case 'running':
      return 'good';
    case 'failed':
    case 'failing':
    case 'canceled':
    case 'cancelling':
    case 'canceling':
    case 'finished':
      return 'critical';
    default:
      return 'warning';
  }
}

/** What somebody should look into, in words; nothing of a job that is well. */
export function worriesOf(job: Job): readonly string[] {
  const worries: string[] = [];
  const { checkpoints } = job;
  const failure = checkpoints?.lastFailure ?? null;
  const last = checkpoints?.last ?? null;
  if (failure !== null && (last === null || Date.parse(failure.at) > Date.parse(last.completedAt))) {
    worries.push(`The last checkpoint failed${failure.reason === null ? '.' : `: ${failure.reason}`}`);
  }
  const held = job.operators.filter((it) => (it.backpressured ?? 0) >= 0.5);
  if (held.length > 0) {
    worries.push(`Held up by what comes after: ${held.map((it) => it.name).join('; ')}.`);
  }
  const full = job.operators.filter((it) => (it.busy ?? 0) >= 0.9);
  if (full.length > 0) {
    worries.push(`Busy nearly all the time: ${full.map((it) => it.name).join('; ')}.`);
  }
  return worries;
}

/** A short length of time, to the millisecond where that tells something. */
export function shortLength(millis: number): string {
  return millis < 1_000 ? `${Math.round(millis)} ms` : `${(millis / 1_000).toFixed(millis < 10_000 ? 1 : 0)} s`;
}
