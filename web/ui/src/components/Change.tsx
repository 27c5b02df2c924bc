import { direction, price, signedMoney } from "../show.ts";

interface Props {
  change: string | null;
  percent: string | null;
}

const ARROW = { gain: "▲", loss: "▼", level: "" };
const WORD = { gain: "up", loss: "down", level: "unchanged" };

export function Change({ change, percent }: Props) {
  if (change === null) return <>–</>;
  const way = direction(change);
  const sign = way === "gain" ? "+" : "";
  return (
    <span className={way}>
      <span aria-hidden="true">{ARROW[way]} </span>
      <span className="hidden">{WORD[way]} </span>
      {sign}
      {price(change)}
      {percent !== null && <span className="narrow-line"> ({signedMoney(percent)} %)</span>}
    </span>
  );
}
