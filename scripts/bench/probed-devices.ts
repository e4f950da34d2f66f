import type { CardTransport, DeviceSet } from '../../src/domain/devices.ts';

/**
 * Notes when a device handed something to the station, and how long the station waited for a card. Everything
 * passes through unchanged; what is left of a voter's time is the software's own.
 */
export class DeviceProbe {
  /** When the document's text arrived. */
  textAtMs = 0;
  /** When the last frame arrived that the station could still use. */
  frameAtMs = 0;
  /** Spent waiting for the card's answers since the text arrived. */
  cardMs = 0;
  #comparing = false;

  /** While a comparison runs, further frames are dropped and start no clock. */
  setComparing(comparing: boolean): void {
    this.#comparing = comparing;
  }

  wrap(devices: DeviceSet): DeviceSet {
    const { scanner, cardReader, mrzReader } = devices;
    return {
      ...devices,
      mrzReader: {
        status: () => mrzReader.status(),
        onStatus: (listener) => mrzReader.onStatus(listener),
        onText: (listener) =>
          mrzReader.onText((lines) => {
            this.textAtMs = performance.now();
            this.cardMs = 0;
            listener(lines);
          }),
      },
      cardReader: {
        status: () => cardReader.status(),
        onStatus: (listener) => cardReader.onStatus(listener),
        onCard: (listener) => cardReader.onCard(listener),
        connect: async () => {
          const connected = await this.#waitFor(() => cardReader.connect());
          return connected.ok ? { ok: true, value: this.#wrapCard(connected.value) } : connected;
        },
      },
      scanner: {
        status: () => scanner.status(),
        onStatus: (listener) => scanner.onStatus(listener),
        capture: (onFrame, signal) =>
          scanner.capture((frame) => {
            if (!this.#comparing) this.frameAtMs = performance.now();
            onFrame(frame);
          }, signal),
      },
    };
  }

  #wrapCard(card: CardTransport): CardTransport {
    return {
      answerToReset: card.answerToReset,
      transmit: (command) => this.#waitFor(() => card.transmit(command)),
    };
  }

  async #waitFor<T>(device: () => Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await device();
    } finally {
      this.cardMs += performance.now() - from;
    }
  }
}
