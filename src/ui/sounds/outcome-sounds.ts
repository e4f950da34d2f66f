import type { DeskStep } from '../../station/api/snapshot.ts';

/** The three outcomes that can be heard across a room without looking. */
export type OutcomeSound = 'identified' | 'stop' | 'call-chair';

/** Tones of each: frequency in hertz, begin and length in seconds. Rising = well, falling = stop, level = come. */
const TONES: Readonly<Record<OutcomeSound, readonly (readonly [number, number, number])[]>> = {
  identified: [
    [660, 0, 0.12],
    [990, 0.13, 0.2],
  ],
  stop: [
    [330, 0, 0.2],
    [220, 0.22, 0.32],
  ],
  'call-chair': [
    [520, 0, 0.14],
    [520, 0.22, 0.14],
    [520, 0.44, 0.14],
  ],
};

/** Which sound a step makes when it comes up; null for silence. */
export function soundOf(step: DeskStep): OutcomeSound | null {
  if (step.kind === 'verified') return 'identified';
  if (step.kind === 'stop') return 'stop';
  return step.kind === 'commission' ? 'call-chair' : null;
}

let on = true;
let context: AudioContext | null = null;

export function soundIsOn(): boolean {
  return on;
}

/** Turns sounds on or off; returns what it is now. */
export function turnSound(): boolean {
  on = !on;
  return on;
}

/** Plays an outcome; silent where there is no audio, where sound is off, and where a test drives the page. */
export function playOutcome(sound: OutcomeSound): void {
  if (!on || navigator.webdriver || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  const audio = context;
  void audio.resume();
  for (const [frequency, begin, length] of TONES[sound]) {
    const start = audio.currentTime + begin;
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.18, start + 0.015);
    volume.gain.setValueAtTime(0.18, start + length - 0.04);
    volume.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}
