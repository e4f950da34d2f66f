import type { SKRSContext2D } from '@napi-rs/canvas';

/** A part of a strip: as wide as the strip's text, as high as it needs to be. Dots, black on white. */
export interface StripBlock {
  readonly height: number;
  draw(canvas: SKRSContext2D, x: number, y: number): void;
}

/** Blocks one below the other. */
export function stack(blocks: readonly StripBlock[]): StripBlock {
  return {
    height: blocks.reduce((sum, block) => sum + block.height, 0),
    draw(canvas, x, y) {
      let top = y;
      for (const block of blocks) {
        block.draw(canvas, x, top);
        top += block.height;
      }
    },
  };
}

export function space(height: number): StripBlock {
  return { height, draw: () => undefined };
}

/** Two blocks side by side, the lower one centred on the higher one. `offset` is where the right one begins. */
export function beside(left: StripBlock, right: StripBlock, offset: number): StripBlock {
  const height = Math.max(left.height, right.height);
  return {
    height,
    draw(canvas, x, y) {
      left.draw(canvas, x, y + Math.floor((height - left.height) / 2));
      right.draw(canvas, x + offset, y + Math.floor((height - right.height) / 2));
    },
  };
}
