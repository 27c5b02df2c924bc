import { Progress } from "@mantine/core";
import { decimal, format, forDrawing, over, toWire, ZERO } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import { money } from "../show.ts";
import type { Portfolio } from "../wire.ts";

/** More would be slivers; they are summed up. */
const PARTS_MAX = 8;
const TENTH = 100_000n;

interface Part {
  name: string;
  value: Decimal;
}

/** How what there is is spread over cash and stocks. */
export function Allocation({ portfolio }: { portfolio: Portfolio }) {
  const parts = partsOf(portfolio);
  const total = parts.reduce((sum, { value }) => sum + value, ZERO);
  if (total === ZERO) return <p className="empty">There is nothing to spread yet.</p>;
  const percent = (value: Decimal) => over(value * 100n, total);
  return (
    <>
      <Progress.Root size="xl" aria-hidden="true">
        {parts.map(({ name, value }, n) => (
          <Progress.Section
            key={name}
            value={forDrawing(toWire(percent(value)))}
            className={`part part-${n}`}
            aria-hidden="true"
          />
        ))}
      </Progress.Root>
      <ul className="parts" aria-label="Allocation">
        {parts.map(({ name, value }, n) => (
          <li key={name}>
            <span className={`swatch part part-${n}`} aria-hidden="true" />
            <span>{name}</span>
            <span className="number quiet">{money(toWire(value))}</span>
            <span className="number">{format((percent(value) / TENTH) * TENTH, 1)} %</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function partsOf({ cash, holdings }: Portfolio): Part[] {
  const stocks = holdings
    .map(({ symbol, market_value }) => ({ name: symbol, value: decimal(market_value ?? "0") }))
    .sort((a, b) => (a.value < b.value ? 1 : -1));
  const [most, rest] = [stocks.slice(0, PARTS_MAX), stocks.slice(PARTS_MAX)];
  const others = rest.reduce((sum, { value }) => sum + value, ZERO);
  const parts = [{ name: "Cash", value: decimal(cash.total) }, ...most];
  return others === ZERO ? parts : [...parts, { name: "Others", value: others }];
}
