import type { Socket } from './live-client';

/** A server's side of a WebSocket, for tests: what the client sent, and what it hears. */
export class TestingSocket implements Socket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closedWith: number | undefined;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
  }

  accept(): void {
    this.onopen?.({} as Event);
    this.says({ type: 'connection_ack' });
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  breaks(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason } as CloseEvent);
  }

  /** What was sent of a type. */
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((it) => it['type'] === type);
  }
}
