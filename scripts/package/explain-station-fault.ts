const SENTENCES: Readonly<Record<string, string>> = {
  'station-not-in-register': 'the register is of another station',
  'thread-ended': 'the program broke off (a fault of the program, or too little memory)',
  'template-seal-broken': 'a fingerprint record does not open: are --register-keys those of this register?',
};

/** A station that could not be built, in words. @param detail names no voter, the row of a list at most */
export function explainStationFault(code: string, detail: string): string {
  // What the disk said is a sentence already.
  if (code === 'disk-full' || code === 'disk-failed' || code === 'no-access') return detail;
  const said = SENTENCES[code] ?? code;
  return detail === '' ? said : `${said} (${detail})`;
}
