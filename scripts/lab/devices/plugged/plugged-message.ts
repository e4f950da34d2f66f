/** What the program inside the machine tells of commands on plugged devices, one message a line. */
export type PluggedMessage =
  | { readonly type: 'command'; readonly command: readonly string[] }
  | { readonly type: 'line'; readonly line: string }
  /** What a hand of the lab did meanwhile, or saw. */
  | { readonly type: 'hand'; readonly what: string }
  | { readonly type: 'ended'; readonly code: number }
  /** A file that a command wrote, in base64. */
  | { readonly type: 'file'; readonly name: string; readonly bytes: string }
  | { readonly type: 'done' };
