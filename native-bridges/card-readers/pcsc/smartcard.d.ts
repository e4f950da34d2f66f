/**
 * The part of the `smartcard` package (3.7, PC/SC) that is used here. It stands here because the package is optional:
 * it is compiled where it is installed, and a machine without PC/SC does without it.
 */
declare module 'smartcard' {
  interface ReaderState {
    readonly name: string;
    /** SCARD_STATE_ flags. */
    readonly state: number;
  }

  interface Card {
    readonly protocol: number;
    readonly atr: Buffer | null;
    transmit(command: Buffer, options?: { readonly maxRecvLength?: number }): Promise<Buffer>;
    disconnect(disposition?: number): void;
  }

  interface Reader extends ReaderState {
    connect(shareMode?: number, protocols?: number): Promise<Card>;
  }

  /** Throws where the service does not run. */
  class Context {
    listReaders(): Reader[];
    waitForChange(readers: readonly ReaderState[], milliseconds: number): Promise<ReaderState[] | null>;
    close(): void;
  }

  const SCARD_STATE_UNAWARE: number;
  const SCARD_STATE_UNKNOWN: number;
  const SCARD_STATE_UNAVAILABLE: number;
  const SCARD_STATE_PRESENT: number;
  const SCARD_STATE_MUTE: number;
  const SCARD_SHARE_EXCLUSIVE: number;
  const SCARD_PROTOCOL_T0: number;
  const SCARD_PROTOCOL_T1: number;
  const SCARD_UNPOWER_CARD: number;
}
