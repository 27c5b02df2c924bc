import { price, quantity } from "../show.ts";
import type { Stock } from "../wire.ts";
import { Change } from "./Change.tsx";
import { PhaseBadge } from "./PhaseBadge.tsx";

interface Props {
  stock: Stock;
  chosen: boolean;
  onChoose: (symbol: string) => void;
}

/** Before the first trade of the day, yesterday's close stands in and says so. */
export function PriceRow({ stock, chosen, onChoose }: Props) {
  return (
    <tr className={chosen ? "chosen" : ""}>
      <th scope="row">
        <button
          type="button"
          className="stock-choice"
          aria-pressed={chosen}
          onClick={() => {
            onChoose(stock.symbol);
          }}
        >
          <strong>{stock.symbol}</strong> <span className="quiet">{stock.name}</span>{" "}
          <PhaseBadge phase={stock.phase} />
        </button>
      </th>
      <td className="number">
        {stock.last_price === null ? (
          <>
            {price(stock.previous_close)} <span className="quiet narrow-line">close</span>
          </>
        ) : (
          price(stock.last_price)
        )}
      </td>
      <td className="number">
        <Change change={stock.change} percent={stock.change_percent} />
      </td>
      <td className="number wide">{quantity(stock.volume)}</td>
    </tr>
  );
}
