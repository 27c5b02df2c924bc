import { useMoveCash, usePortfolio } from "../hooks/portfolio.ts";
import { Panel } from "../parts/Panel.tsx";
import { MoveForm } from "./MoveForm.tsx";

export function CashPanel({ user_id }: { user_id: string }) {
  const available = usePortfolio(user_id).data?.cash.available;
  return (
    <Panel title="Cash" className="cash">
      <MoveForm way="deposits" move={useMoveCash(user_id, "deposits")} available={available} />
      <MoveForm
        way="withdrawals"
        move={useMoveCash(user_id, "withdrawals")}
        available={available}
      />
    </Panel>
  );
}
