const LINE_BYTES = 16;
const SHOWN_BYTES = 4096;

/** The bytes of a frame. Binary parts arrive as pairs of hexadecimal digits. */
export function bytesOf({ parts }) {
  const encoder = new TextEncoder();
  const isBinary = parts.length === 1 && parts[0].kind === "binary";
  if (isBinary) return parts[0].text.split(" ").filter(Boolean).map((pair) => Number.parseInt(pair, 16));
  return parts.flatMap((part) => [...encoder.encode(part.text)]);
}

/** A hex dump: each line has an offset, sixteen bytes, and the letters among them. */
export function dump(bytes) {
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, SHOWN_BYTES); start += LINE_BYTES) {
    const line = bytes.slice(start, start + LINE_BYTES);
    const pairs = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${pairs.padEnd(LINE_BYTES * 3)} ${line.map(letter).join("")}`);
  }
  if (bytes.length > SHOWN_BYTES) lines.push(`… and ${bytes.length - SHOWN_BYTES} more`);
  return lines.join("\n");
}

function letter(byte) {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·";
}
