import type { Problem, Violation } from '../../client';

/**
 * What is wrong with a form, by place. Whoever shows a fault at its place takes it out; the rest is shown above the form, so that
 * none is lost.
 */
export class Faults {
  private readonly taken = new Set<Violation>();

  constructor(private readonly problem: Problem | undefined) {}

  /** What is wrong exactly there. */
  at(pointer: string): string | undefined {
    return this.take((it) => it.pointer === pointer);
  }

  /** What is wrong there or below. */
  within(pointer: string): string | undefined {
    return this.take((it) => it.pointer === pointer || it.pointer.startsWith(`${pointer}/`));
  }

  /** What is wrong there or below and nobody has taken so far. */
  left(pointer: string): string | undefined {
    return this.take((it) => !this.taken.has(it) && (it.pointer === pointer || it.pointer.startsWith(`${pointer}/`)));
  }

  /** What nobody has taken; call it last. */
  rest(): Problem | undefined {
    if (this.problem === undefined) {
      return undefined;
    }
    const errors = this.problem.errors ?? [];
    const left = errors.filter((it) => !this.taken.has(it));
    return errors.length > 0 && left.length === 0 ? undefined : { ...this.problem, errors: left };
  }

  private take(matches: (violation: Violation) => boolean): string | undefined {
    const found = (this.problem?.errors ?? []).filter(matches);
    found.forEach((it) => this.taken.add(it));
    return found.length === 0 ? undefined : found.map((it) => it.detail).join('; ');
  }
}
