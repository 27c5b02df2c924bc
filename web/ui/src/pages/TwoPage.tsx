/** Both ends of a trade on one screen: two of the demo's people, each in a session of his own. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useStocks } from "../hooks/market.ts";
import { useDemoUsers } from "../hooks/session.ts";
import { Answer } from "../parts/Answer.tsx";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";
import "../trade/trade.css";
import { chosen } from "../two/chosen.ts";
import { Choice } from "../two/Choice.tsx";
import { TwoDesks } from "../two/TwoDesks.tsx";
import "../two/two.css";

export function TwoPage() {
  const me = useSignedIn();
  const [people, stocks] = [useDemoUsers(), useStocks()];
  const navigate = useNavigate();
  const search = useSearch({ from: "/two" });
  const seats = people.data && chosen(people.data.items, search.left, search.right, me.user_id);
  const symbols = stocks.data?.items.map(({ symbol }) => symbol) ?? [];
  const symbol = symbols.find((symbol) => symbol === search.symbol) ?? symbols[0];
  return (
    <div className="page two">
      <Title>Two at once</Title>
      <h1 className="hidden">Two at once</h1>
      <Answer what="the demo accounts" query={people} lines={2}>
        {({ items }) =>
          seats === undefined ? (
            <NoDemo alone={items.length > 0} />
          ) : (
            <Answer
              what="the stocks"
              query={{ ...stocks, data: stocks.data && symbols }}
              lines={12}
            >
              {(symbols) =>
                symbol === undefined ? (
                  <p className="empty">No stocks are listed yet.</p>
                ) : (
                  <>
                    <Choice
                      people={items}
                      seats={seats}
                      symbols={symbols}
                      symbol={symbol}
                      onChoose={(part) => {
                        const left = seats.left.user_id;
                        const right = seats.right.user_id;
                        void navigate({ to: "/two", search: { left, right, symbol, ...part } });
                      }}
                    />
                    <TwoDesks seats={seats} symbol={symbol} />
                  </>
                )
              }
            </Answer>
          )
        }
      </Answer>
    </div>
  );
}

function NoDemo({ alone }: { alone: boolean }) {
  return (
    <section className="panel panel-body" aria-label="Not here">
      <h2>Two accounts on one screen are for demos</h2>
      <p>
        {alone
          ? "This exchange has only one demo account, and it takes two to trade."
          : "This exchange is not in demo mode: an account is entered by its owner alone, one to a browser. Open a second browser, or a private window, to be somebody else there."}
      </p>
    </section>
  );
}
