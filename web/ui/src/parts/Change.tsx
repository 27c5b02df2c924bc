import { direction, price, signedMoney } from "../show.ts";

interface Props {
  change: string | null;
  percent: string | null;
  /** Where there is little room: the percentage alone. */
  brief?: boolean;
}

const ARROW = { gain: "▲", loss: "▼", level: "" };
const WORD = { gain: "up", loss: "down", level: "unchanged" };

export function Change({ change, percent, brief = false }: Props) {
  if (change === null) return <>–</>;
  const way = direction(change);
  const sign = way === "gain" ? "+" : "";
  return (
    <span className={`${way} tabular`}>
      <span aria-hidden="true">{ARROW[way]} </span>
      <span className="hidden">{WORD[way]} </span>
      {!brief && `${sign}${price(change)} `}
      {percent !== null && (brief ? `${signedMoney(percent)} %` : `(${signedMoney(percent)} %)`)}
    </span>
  );
}
