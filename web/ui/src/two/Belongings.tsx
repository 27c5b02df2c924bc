import { usePortfolio } from "../hooks/portfolio.ts";
import { Answer } from "../parts/Answer.tsx";
import { Tile, Tiles } from "../parts/Tile.tsx";
import { averagePrice, money, quantity } from "../show.ts";
import type { Person, Stock } from "../wire.ts";

/** What he has: cash, and of the stock that is looked at. */
export function Belongings({ me, stock }: { me: Person; stock: Stock }) {
  const portfolio = usePortfolio(me.user_id);
  return (
    <div className="belongings">
      <Answer what="cash and shares" query={portfolio} lines={2}>
        {({ cash, holdings, total_value }) => {
          const held = holdings.find(({ symbol }) => symbol === stock.symbol);
          return (
            <Tiles label={`What ${me.name} has`}>
              <Tile name="Cash" note={`${money(cash.available)} available`}>
                {money(cash.total)}
              </Tile>
              <Tile
                name={`${stock.symbol} shares`}
                note={
                  held &&
                  `${quantity(held.available, stock.lot_size)} available, at ${averagePrice(held.average_cost, stock.tick_size)}`
                }
              >
                {quantity(held?.quantity ?? "0", stock.lot_size)}
              </Tile>
              <Tile name="Worth">{money(total_value)}</Tile>
            </Tiles>
          );
        }}
      </Answer>
    </div>
  );
}
