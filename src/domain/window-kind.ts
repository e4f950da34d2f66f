/**
 * The windows that a host can open. The kind is fixed by the host when it opens one (Electron: by which window
 * it is; Chromium: by the session cookie), never claimed by the screen in it.
 */
export const WINDOW_KINDS = ['desk', 'observer', 'issuing'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];
