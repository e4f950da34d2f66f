import { randomFillSync } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/** Room for the rest of a day: an event takes under 2 kB, a whole station's day some 20 MB. */
export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

/**
 * Space that is set aside while there is plenty, and given free when the disk is full, so that the day can be
 * brought to its end and what happened be put on record. A file of random bytes, since a file system may store
 * zeros in no space at all.
 */
export class DiskReserve {
  readonly #file: string;
  readonly #bytes: number;
  #filling: Promise<boolean> | null = null;

  /** @param bytes 0 sets nothing aside. */
  constructor(file: string, bytes = DISK_RESERVE_BYTES) {
    this.#file = file;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the space is set aside, whole. */
  isHeld(): boolean {
    if (this.#bytes === 0) return false;
    try {
      return statSync(this.#file).size === this.#bytes;
    } catch {
      return false;
    }
  }

  /** Sets the space aside where it isn't. False where there is not enough, and then none of it is taken. */
  fill(): Promise<boolean> {
    this.#filling ??= this.#write().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  /** Gives the space free. False where there was none to give. */
  release(): boolean {
    if (!this.isHeld()) return false;
    try {
      rmSync(this.#file);
      return true;
    } catch {
      return false;
    }
  }

  async #write(): Promise<boolean> {
    if (this.#bytes === 0) return false;
    if (this.isHeld()) return true;
    const part = `${this.#file}.part`;
    try {
      const file = await open(part, 'w', 0o600);
      try {
        const piece = randomFillSync(new Uint8Array(Math.min(PIECE_BYTES, this.#bytes)));
        for (let written = 0; written < this.#bytes; written += piece.length) {
          await file.writeFile(piece.subarray(0, this.#bytes - written));
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, this.#file);
      return true;
    } catch {
      await rm(part, { force: true });
      return false;
    }
  }
}
