import { Component } from 'react';
import { Failed } from './states.js';

interface Caught {
  readonly error: unknown;
}

/** A place that fails says so, and the rest of the console goes on. */
export class ErrorBoundary extends Component<{ readonly children: React.ReactNode }, Caught> {
  override state: Caught = { error: undefined };

  static getDerivedStateFromError(error: unknown): Caught {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failed error={error} retry={() => this.setState({ error: undefined })} />;
  }
}
