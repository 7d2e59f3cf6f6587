import { useMemo } from 'react';
import { encode } from 'uqr';

/** A QR code as one path, dark on white in both themes: cameras want it so. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-lg border border-line bg-white"
    >
      <title>{label}</title>
      <path d={path} fill="#000" />
    </svg>
  );
}

/** ISO/IEC 18004:2015, 6.3.8: four modules of quiet around the symbol. */
function drawn(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, path: squares.join('') };
}
