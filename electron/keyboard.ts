/** The part of Electron's `Input` that decides. */
export interface KeyInput {
  readonly key: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
}

/** Editing text is all that Ctrl (Cmd) is for. */
const EDITING = new Set([
  'a',
  'c',
  'v',
  'x',
  'z',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
  'Backspace',
  'Delete',
]);
/** Reload, full screen, developer tools, and the browser's own keys. */
const NEVER = /^(F5|F11|F12|Browser.*|Launch.*|PrintScreen|ContextMenu)$/;
const TOOLS = new Set(['i', 'I', 'r', 'R']);

/**
 * Which keys reach a screen: typing, and what edits text. AltGr, which Windows reports as Ctrl and Alt together,
 * types letters of some layouts. In a build for developers the tools and reloading work as well.
 */
export function isAllowedKey(input: KeyInput, packaged: boolean): boolean {
  const { key, control, meta, alt } = input;
  const modifier = key === 'Control' || key === 'Alt' || key === 'Shift' || key === 'AltGraph';
  if (modifier) return true;
  if (!packaged && (key === 'F5' || key === 'F12' || (control && TOOLS.has(key)))) return true;
  if (NEVER.test(key)) return false;
  if (control && alt) return key.length === 1;
  if (control || meta) return EDITING.has(key.length === 1 ? key.toLowerCase() : key);
  return !alt;
}
