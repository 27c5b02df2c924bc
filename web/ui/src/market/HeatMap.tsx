import { useElementSize } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import type { CSSProperties } from "react";
import { forDrawing, toWire } from "../decimal.ts";
import { signedMoney } from "../show.ts";
import type { Stock } from "../wire.ts";
import { traded } from "./sorting.ts";

/** Past this change in percent a tile has its full colour. */
const FULL_PERCENT = 2;
/** Below this share of the largest, a tile would be too small to read. */
const SMALLEST = 0.12;

interface Tile {
  stock: Stock;
  size: number;
}

/** As large as it is traded, as strong in colour as it moved; the sign says which way. */
export function HeatMap({ stocks }: { stocks: Stock[] }) {
  const { ref, width, height } = useElementSize<HTMLUListElement>();
  const sizes = stocks.map((stock) => ({ stock, size: forDrawing(toWire(traded(stock))) }));
  const most = Math.max(...sizes.map(({ size }) => size), 1);
  const tiles = sizes.map(({ stock, size }) => ({ stock, size: Math.max(size, most * SMALLEST) }));
  return (
    <ul ref={ref} className="heat" role="list" aria-label="Heat map">
      {width > 0 &&
        laidOut(tiles, width, height).map(({ data, x0, y0, x1, y1 }) => (
          <li
            key={data.stock.symbol}
            className={`heat-tile ${heatOf(data.stock)}`}
            style={place(x0, y0, x1, y1)}
          >
            <Link to="/trade/$symbol" params={{ symbol: data.stock.symbol }}>
              <strong>{data.stock.symbol}</strong>
              <span className="tabular">{signedMoney(data.stock.change_percent)} %</span>
            </Link>
          </li>
        ))}
    </ul>
  );
}

function laidOut(tiles: Tile[], width: number, height: number) {
  const root = hierarchy<{ children: Tile[] } | Tile>({ children: tiles }).sum((node) =>
    "size" in node ? node.size : 0,
  );
  const sorted = root.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const made = treemap<{ children: Tile[] } | Tile>().tile(treemapSquarify.ratio(1.4));
  return made
    .size([width, height])
    .paddingInner(2)(sorted)
    .leaves()
    .flatMap(({ data, x0, y0, x1, y1 }) => ("stock" in data ? [{ data, x0, y0, x1, y1 }] : []));
}

function place(x0: number, y0: number, x1: number, y1: number): CSSProperties {
  return { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
}

/** Five steps each way: `heat-gain-3`. */
function heatOf({ change_percent }: Stock): string {
  const percent = forDrawing(change_percent);
  const step = Math.min(Math.ceil((Math.abs(percent) / FULL_PERCENT) * 5), 5);
  return step === 0 ? "heat-level" : `heat-${percent > 0 ? "gain" : "loss"}-${step}`;
}
