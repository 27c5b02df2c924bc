import { useState } from "react";
import { decimal } from "../decimal.ts";
import { price } from "../show.ts";
import type { DecimalText } from "../wire.ts";

interface Props {
  value: DecimalText;
  tick: DecimalText;
}

/** A price that flashes, quietly, in the direction in which it has just gone. */
export function LivePrice({ value, tick }: Props) {
  const [seen, setSeen] = useState({ value, way: "" });
  if (seen.value !== value) {
    setSeen({ value, way: decimal(value) > decimal(seen.value) ? "flash-gain" : "flash-loss" });
  }
  // Mounted anew with each price, so that the same flash can follow itself.
  return (
    <span key={seen.value} className={`flash ${seen.way}`}>
      {price(value, tick)}
    </span>
  );
}
