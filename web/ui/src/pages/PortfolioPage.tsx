/** What I own, what it was worth, how it came about, and cash that comes and goes. */

import { Allocation } from "../holdings/Allocation.tsx";
import { CashPanel } from "../holdings/CashPanel.tsx";
import { HoldingsTable } from "../holdings/HoldingsTable.tsx";
import { LedgerPanel } from "../holdings/LedgerPanel.tsx";
import "../holdings/holdings.css";
import { WorthPanel } from "../holdings/WorthPanel.tsx";
import { usePortfolio } from "../hooks/portfolio.ts";
import { useQuotes, useStale } from "../live/live.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Profit } from "../parts/Profit.tsx";
import { Tile, Tiles } from "../parts/Tile.tsx";
import { Title } from "../parts/Title.tsx";
import { dayProfit, valued } from "../portfolio.ts";
import { useSignedIn } from "../shell/me.ts";
import { money } from "../show.ts";

export function PortfolioPage() {
  const { user_id } = useSignedIn();
  const portfolio = usePortfolio(user_id);
  const quotes = useQuotes();
  const stale = useStale();
  const data = portfolio.data && valued(portfolio.data, quotes);
  return (
    <div className="page">
      <Title>Portfolio</Title>
      <h1>Portfolio</h1>
      <Answer
        what="your portfolio"
        of={keys.portfolio(user_id)}
        query={{ ...portfolio, data }}
        lines={6}
      >
        {(now) => (
          <>
            <Tiles label="Cash and value">
              <Tile name="Total value">{money(now.total_value)}</Tile>
              <Tile name="Today">
                <Profit value={dayProfit(now, quotes)} />
              </Tile>
              <Tile name="Cash available" note={`${money(now.cash.held)} held`}>
                {money(now.cash.available)}
              </Tile>
              <Tile name="Cash total">{money(now.cash.total)}</Tile>
              <Tile name="Value of holdings">{money(now.market_value)}</Tile>
              <Tile name="Unrealised profit">
                <Profit value={now.unrealised_profit} />
              </Tile>
              <Tile name="Realised profit">
                <Profit value={now.realised_profit} />
              </Tile>
            </Tiles>
            <div className="portfolio-grid">
              <WorthPanel user_id={user_id} worth={now.total_value} />
              <CashPanel user_id={user_id} />
              <Panel title="Holdings" className="holdings" stale={stale} flush>
                <HoldingsTable holdings={now.holdings} quotes={quotes} />
              </Panel>
              <Panel title="Allocation" className="allocation" stale={stale}>
                <Allocation portfolio={now} />
              </Panel>
            </div>
          </>
        )}
      </Answer>
      <LedgerPanel user_id={user_id} />
    </div>
  );
}
