import { encodeQR } from "qr";

/** A code of a text, drawn as one path. */
export const Qr = ({ text, label }: { text: string; label: string }) => {
  const data = encodeQR(text, "raw", { ecc: "medium", border: 2 });
  const size = data.length;
  const path = data.flatMap((line, y) => line.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
};
