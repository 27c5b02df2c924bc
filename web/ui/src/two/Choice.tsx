import { Select } from "../parts/Select.tsx";
import type { DemoPerson } from "../wire.ts";
import type { Seats } from "./chosen.ts";

interface Props {
  people: DemoPerson[];
  seats: Seats;
  symbols: string[];
  symbol: string;
  onChoose: (part: { left?: string; right?: string; symbol?: string }) => void;
}

/** Who sits at the two desks, and which stock both look at. */
export function Choice({ people, seats: { left, right }, symbols, symbol, onChoose }: Props) {
  const names = Object.fromEntries(people.map(({ user_id, name }) => [user_id, name]));
  const but = (other: DemoPerson) =>
    people.map(({ user_id }) => user_id).filter((user_id) => user_id !== other.user_id);
  return (
    <section className="panel two-choice" aria-label="Accounts and stock">
      <Select
        label="Left account"
        value={left.user_id}
        options={but(right)}
        names={names}
        onChange={(left) => {
          onChoose({ left });
        }}
      />
      <Select
        label="Stock"
        value={symbol}
        options={symbols}
        onChange={(symbol) => {
          onChoose({ symbol });
        }}
      />
      <Select
        label="Right account"
        value={right.user_id}
        options={but(left)}
        names={names}
        onChange={(right) => {
          onChoose({ right });
        }}
      />
    </section>
  );
}
