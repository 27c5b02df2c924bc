import { Button } from "@mantine/core";
import { quantityForShare } from "../cost.ts";
import { useTerms } from "../hooks/market.ts";
import { usePortfolio } from "../hooks/portfolio.ts";
import { useLive } from "../live/live.ts";
import type { TicketPart } from "./TicketAmount.tsx";

const PERCENTS = [25n, 50n, 75n, 100n];

/** The quantity as a part of what there is: of the cash to buy with, of the shares to sell. */
export function Shares({ user_id, ticket, stock, change }: TicketPart & { user_id: string }) {
  const { data: portfolio } = usePortfolio(user_id);
  const { data: terms } = useTerms();
  const { board } = useLive();
  const of = ticket.side === "buy" ? "buying power" : `available ${stock.symbol}`;
  return (
    <div className="shares" role="group" aria-label={`Quantity as a share of ${of}`}>
      {PERCENTS.map((percent) => {
        // With the last price as it is when it is pressed, not drawn anew by each.
        const quantity = () => {
          const now = { ...stock, ...board.quotes().get(stock.symbol) };
          return portfolio && terms && quantityForShare(percent, ticket, now, portfolio, terms);
        };
        return (
          <Button
            key={String(percent)}
            variant="default"
            size="compact-sm"
            aria-label={`${percent} % of ${of}`}
            disabled={quantity() === undefined}
            onClick={() => {
              const wanted = quantity();
              if (wanted !== undefined) change({ quantity: wanted });
            }}
          >
            {String(percent)} %
          </Button>
        );
      })}
    </div>
  );
}
