/** Decimals of the page and the wire as whole millionths. */

export const SCALE = 1_000_000n;

export function must(condition, message) {
  if (!condition) throw new Error(message);
}

export function decimal(text) {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.replaceAll(",", "").trim());
  must(match, `expected a decimal, saw "${text}"`);
  const size = BigInt(match[2]) * SCALE + BigInt((match[3] ?? "").slice(0, 6).padEnd(6, "0"));
  return match[1] === "-" ? -size : size;
}

export function text(value) {
  const fraction = (value % SCALE).toString().padStart(6, "0").replace(/0+$/, "");
  return `${value / SCALE}${fraction && `.${fraction}`}`;
}
