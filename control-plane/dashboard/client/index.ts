/** The client of Streamgauge's live connection and REST API, for browsers and for Node. It needs nothing else. */
export * from './alerts';
export * from './backoff';
export * from './limits';
export * from './live-client';
export * from './protocol';
export * from './rest';
