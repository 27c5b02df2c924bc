import { usePortfolio } from "../hooks.ts";
import { valued } from "../portfolio.ts";
import { money, signedMoney } from "../show.ts";
import type { Quote } from "../wire.ts";
import { Answer } from "./Answer.tsx";
import { HoldingsTable } from "./HoldingsTable.tsx";
import { Panel } from "./Panel.tsx";

interface Props {
  user_id: string;
  quotes: ReadonlyMap<string, Quote>;
  stale: boolean;
}

export function PortfolioPanel({ user_id, quotes, stale }: Props) {
  const portfolio = usePortfolio(user_id);
  const data = portfolio.data && valued(portfolio.data, quotes);
  return (
    <Panel title="Portfolio" className="portfolio" stale={stale}>
      <Answer what="your portfolio" query={{ ...portfolio, data }}>
        {({ cash, holdings, market_value, total_value, realised_profit }) => (
          <div className="possessions">
            <table className="sums">
              <caption>Cash and value</caption>
              <tbody>
                <Sum name="Cash total" value={money(cash.total)} />
                <Sum name="Cash held" value={money(cash.held)} />
                <Sum name="Cash available" value={money(cash.available)} />
                <Sum name="Value of holdings" value={money(market_value)} />
                <Sum name="Total value" value={money(total_value)} />
                <Sum name="Realised profit" value={signedMoney(realised_profit)} />
              </tbody>
            </table>
            <HoldingsTable holdings={holdings} />
          </div>
        )}
      </Answer>
    </Panel>
  );
}

function Sum({ name, value }: { name: string; value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">{value}</td>
    </tr>
  );
}
