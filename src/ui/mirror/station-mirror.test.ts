import { describe, expect, it } from 'vitest';
import { exampleDesk } from '../gallery/example-desk.ts';
import { createMirror, mirrorListener } from './station-mirror.ts';

const PREVIEW = { mediaType: 'image/png', base64: 'AAAA' } as const;

describe('the mirror of the station', () => {
  it('follows the newest snapshot and remembers when it came', () => {
    const mirror = createMirror();
    const listener = mirrorListener(mirror, () => 77);
    listener.onSnapshot(exampleDesk({ revision: 5 }));
    expect(mirror.getState()).toMatchObject({
      connection: 'connected',
      receivedAt: 77,
      snapshot: { revision: 5 },
    });

    listener.onSnapshot(exampleDesk({ revision: 4 }));
    expect(mirror.getState().snapshot?.revision).toBe(5);
  });

  it('keeps the last screen while the station is restarted, and then takes its new count', () => {
    const mirror = createMirror();
    const listener = mirrorListener(mirror, () => 0);
    listener.onSnapshot(exampleDesk({ revision: 900 }));
    listener.onPreview(PREVIEW);
    listener.onLost();
    expect(mirror.getState()).toMatchObject({
      connection: 'restarting',
      preview: null,
      snapshot: { revision: 900 },
    });

    listener.onSnapshot(exampleDesk({ revision: 1, phase: 'locked' }));
    expect(mirror.getState()).toMatchObject({
      connection: 'connected',
      snapshot: { revision: 1, phase: 'locked' },
    });
  });

  it('shows a finger only while one lies on the glass', () => {
    const mirror = createMirror();
    const listener = mirrorListener(mirror, () => 0);
    listener.onPreview(PREVIEW);
    expect(mirror.getState().preview).toEqual(PREVIEW);
    listener.onPreview(null);
    expect(mirror.getState().preview).toBeNull();
  });
});
