import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useStale } from "../live/live.ts";
import { Panel } from "../parts/Panel.tsx";
import type { Stock } from "../wire.ts";
import { WatchRow } from "./WatchRow.tsx";

interface Props {
  stocks: Stock[];
  chosen: string;
  onChoose: (symbol: string) => void;
}

/** All stocks, to be found by a few letters and walked through with the arrow keys. */
export function WatchList({ stocks, chosen, onChoose }: Props) {
  const [wanted, setWanted] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const found = stocks.filter((stock) => matches(stock, wanted));

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...(list.current?.querySelectorAll("button") ?? [])];
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const at = rows.indexOf(document.activeElement as HTMLButtonElement);
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    next?.focus();
  };

  return (
    <Panel title="Watch list" className="watch" stale={useStale()} flush>
      <div className="watch-search">
        <TextInput
          type="search"
          aria-label="Search stocks"
          placeholder="Search by symbol or name"
          size="xs"
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            const first = found[0];
            if (event.key === "Enter" && first !== undefined) onChoose(first.symbol);
            else walk(event);
          }}
        />
      </div>
      <ul className="watch-rows" role="list" aria-label="Stocks" ref={list} onKeyDown={walk}>
        {found.map((stock) => (
          <WatchRow
            key={stock.symbol}
            stock={stock}
            chosen={stock.symbol === chosen}
            onChoose={onChoose}
          />
        ))}
      </ul>
      {found.length === 0 && <p className="empty">No stock is called “{wanted}”.</p>}
    </Panel>
  );
}

function matches({ symbol, name }: Stock, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return symbol.toLowerCase().includes(text) || name.toLowerCase().includes(text);
}
