import { direction, signedMoney } from "../show.ts";

/** A gain or a loss: by its sign, and by its colour. */
export function Profit({ value }: { value: string | null | undefined }) {
  return <span className={direction(value)}>{signedMoney(value)}</span>;
}
