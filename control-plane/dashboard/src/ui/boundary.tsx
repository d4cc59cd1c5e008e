import { Component } from 'react';
import { problemOf } from '../app/use-resource';
import { ProblemNote } from './parts';
import type { ReactNode } from 'react';

/** Holds an error of ours to the page that it happened on: the bar stays, and so does the way out. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? (
      this.props.children
    ) : (
      <ProblemNote problem={problemOf(error)} retry={() => this.setState({ error: undefined })} />
    );
  }
}
