const WIDTH = 28;

/** One line of a progress bar, to be handed to `CommandIo.progress`: `\r  label  [######......]  21 %  13/60`. */
export function progressBar(label: string, done: number, of: number): string {
  const share = of === 0 ? 1 : Math.min(1, Math.max(0, done / of));
  const full = Math.round(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `\r  ${label}  [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent} %  ${done}/${of}`;
}
