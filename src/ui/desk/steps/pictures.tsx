/** A card that slides onto the reader. */
export function ReaderPicture() {
  return (
    <svg className="picture picture-reader" viewBox="0 0 300 260" aria-hidden="true">
      <rect className="pic-base" x="30" y="176" width="240" height="60" rx="16" />
      <circle className="pic-lamp" cx="58" cy="206" r="6" />
      <path className="pic-waves" d="M128 196a22 22 0 0 1 44 0M114 190a38 38 0 0 1 72 0" />
      <g className="pic-card">
        <rect className="pic-sheet" x="56" y="40" width="188" height="118" rx="12" />
        <rect className="pic-face" x="74" y="60" width="52" height="64" rx="6" />
        <circle className="pic-head" cx="100" cy="82" r="12" />
        <path className="pic-head" d="M80 124c0-16 9-24 20-24s20 8 20 24z" />
        <path className="pic-line" d="M144 68h80M144 86h58M144 104h70" />
        <path className="pic-line pic-zone" d="M74 142h150" />
      </g>
    </svg>
  );
}

/** Ridges of a finger, drawn while the scanner waits. */
export function FingerPicture() {
  return (
    <svg className="picture picture-finger" viewBox="0 0 240 280" aria-hidden="true">
      <path d="M36 190C26 96 62 30 120 30s94 66 84 160" />
      <path d="M54 224C42 116 70 58 120 58s78 58 66 166" />
      <path d="M72 236C62 136 84 86 120 86s58 50 48 150" />
      <path d="M92 244c-8-94 4-130 28-130s36 36 28 130" />
      <path d="M120 146v104" />
    </svg>
  );
}

/** A receipt that comes out of the printer. */
export function ReceiptPicture() {
  return (
    <svg className="picture picture-receipt" viewBox="0 0 240 260" aria-hidden="true">
      <g className="pic-strip">
        <path
          className="pic-sheet"
          d="M66 20h108v170l-13.500-9-13.500 9-13.500-9-13.500 9-13.500-9-13.500 9-13.500-9-13.500 9z"
        />
        <path className="pic-line" d="M86 52h68M86 74h46M86 96h58" />
        <path className="pic-code" d="M98 118h44v40H98zM110 128h20v20h-20z" />
      </g>
      <rect className="pic-base" x="34" y="176" width="172" height="64" rx="14" />
      <circle className="pic-lamp" cx="62" cy="208" r="6" />
    </svg>
  );
}
