/**
 * Exact decimals: a whole number of millionths. Nothing that is sent or summed is ever a float.
 */

export type Decimal = bigint;

const FRACTION_DIGITS = 6;
const SCALE = 10n ** BigInt(FRACTION_DIGITS);

/** Far beyond any real amount; keeps a pasted novel from becoming a number. */
const WHOLE_DIGITS_MAX = 15;

export const ZERO: Decimal = 0n;

/**
 * Reads what a person typed: plain digits, no sign, no exponent, at most six decimals. Many keyboards
 * have a comma for a point; one that may as well part thousands is neither.
 */
export function parseInput(text: string): Decimal | undefined {
  if (ambiguity(text) !== undefined) return undefined;
  const match = /^(\d+)(?:[.,](\d{1,6}))?$/.exec(text.trim());
  const whole = match?.[1];
  if (whole === undefined || whole.length > WHOLE_DIGITS_MAX) return undefined;
  return millionths(whole, match?.[2]);
}

/** Of `1,000`: what to type instead. */
export function ambiguity(text: string): string | undefined {
  const match = /^([1-9]\d{0,2}),(\d{3})$/.exec(text.trim());
  if (match === null) return undefined;
  const [said, whole, rest] = match;
  return `${said} can be read in two ways: enter ${whole}${rest} or ${whole}.${rest}.`;
}

/** Reads a decimal of the wire; digits past the sixth are cut off. Nonsense is a broken promise. */
export function decimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match?.[2] === undefined) throw new Error(`not a decimal: ${JSON.stringify(text)}`);
  const size = millionths(match[2], match[3]);
  return match[1] === "-" ? -size : size;
}

function millionths(whole: string, fraction = ""): Decimal {
  return BigInt(whole) * SCALE + BigInt(fraction.slice(0, FRACTION_DIGITS).padEnd(6, "0"));
}

/** The product, cut off after the sixth decimal. */
export function times(a: Decimal, b: Decimal): Decimal {
  return (a * b) / SCALE;
}

export function isMultipleOf(value: Decimal, step: Decimal): boolean {
  return step > ZERO && value % step === ZERO;
}

/** The shortest exact text, as the wire wants it: `187.25`, `10`. */
export function toWire(value: Decimal): string {
  return format(value, 0, "");
}

/** For reading: thousands grouped, at least `fractionMin` decimals, none lost. */
export function format(value: Decimal, fractionMin: number, group = ","): string {
  const size = value < ZERO ? -value : value;
  const whole = (size / SCALE).toString().replace(/\B(?=(\d{3})+$)/g, group);
  const fraction = (size % SCALE)
    .toString()
    .padStart(FRACTION_DIGITS, "0")
    .replace(/0+$/, "")
    .padEnd(fractionMin, "0");
  return `${value < ZERO ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}

/** Rounded half away from zero: for the screen, never for sending. */
export function formatRounded(value: Decimal, fraction: number): string {
  const unit = SCALE / 10n ** BigInt(fraction);
  const half = value < ZERO ? -unit / 2n : unit / 2n;
  return format(((value + half) / unit) * unit, fraction);
}

/** For sums of money. */
export function formatCents(value: Decimal): string {
  return formatRounded(value, 2);
}

/** As many as its multiples may have. */
export function decimalsOf(step: Decimal): number {
  return toWire(step).split(".")[1]?.length ?? 0;
}

/** Where a chart puts it, and for nothing else: what is read, summed or sent stays exact. */
export function forDrawing(text: string): number {
  return Number(text);
}

/** The quotient, cut off after the sixth decimal. */
export function over(a: Decimal, b: Decimal): Decimal {
  return (a * SCALE) / b;
}
