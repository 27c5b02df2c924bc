/** All stocks at a glance: what they did today, and who moved. */

import { useStocks } from "../hooks/market.ts";
import { useQuotes, useStale } from "../live/live.ts";
import { useLiveStatistics } from "../live/useLiveStatistics.ts";
import { DaysTable } from "../market/DaysTable.tsx";
import { HeatMap } from "../market/HeatMap.tsx";
import "../market/market.css";
import { MoverList } from "../market/MoverList.tsx";
import { StockTable } from "../market/StockTable.tsx";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Tile, Tiles } from "../parts/Tile.tsx";
import { Title } from "../parts/Title.tsx";
import { count, turnover } from "../show.ts";

export function MarketPage() {
  const stocks = useStocks();
  const quotes = useQuotes();
  const statistics = useLiveStatistics();
  const stale = useStale();
  const now = stocks.data?.items.map((stock) => ({ ...stock, ...quotes.get(stock.symbol) }));
  return (
    <div className="page">
      <Title>Market</Title>
      <h1>Market</h1>
      <Answer what="the statistics" of={keys.statistics} query={statistics} lines={4}>
        {({ today, total, most_traded, gainers, losers }) => (
          <>
            <Tiles label="Statistics">
              <Tile name="Turnover today" note={`${turnover(total.turnover)} in all`}>
                {turnover(today.turnover)}
              </Tile>
              <Tile name="Trades today" note={`${count(total.trades)} in all`}>
                {count(today.trades)}
              </Tile>
              <Tile name="Orders today" note={`${count(total.orders)} in all`}>
                {count(today.orders)}
              </Tile>
            </Tiles>
            <div className="movers">
              <MoverList title="Most traded" movers={most_traded} stale={stale} />
              <MoverList title="Gainers" movers={gainers} stale={stale} />
              <MoverList title="Losers" movers={losers} stale={stale} />
            </div>
          </>
        )}
      </Answer>
      <Answer what="the stocks" of={keys.stocks} query={{ ...stocks, data: now }} lines={10}>
        {(now) => (
          <>
            <Panel title="Heat map" stale={stale}>
              <HeatMap stocks={now} />
            </Panel>
            <Panel title="All stocks" stale={stale} flush>
              <StockTable stocks={now} />
            </Panel>
          </>
        )}
      </Answer>
      {statistics.data && (
        <Panel title="The last days" stale={stale} flush>
          <DaysTable days={statistics.data.days} />
        </Panel>
      )}
    </div>
  );
}
