import { create } from 'qrcode';
import { useMemo } from 'react';

/** Light modules around the code (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

/** A QR code of an address: black on white whatever the theme, since readers want it so. */
export function AddressCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { path, side } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' });
    const squares: string[] = [];
    for (let row = 0; row < modules.size; row += 1)
      for (let column = 0; column < modules.size; column += 1)
        if (modules.get(row, column) !== 0)
          squares.push(`M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`);
    return { path: squares.join(''), side: modules.size + 2 * QUIET_ZONE };
  }, [text]);
  return (
    <svg
      className="address-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      data-testid="address-code"
      data-text={text}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
