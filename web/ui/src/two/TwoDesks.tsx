import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useState } from "react";
import type { Seats } from "./chosen.ts";
import { Desk } from "./Desk.tsx";

/** Where two desks have no room beside each other: as in two.css. */
const NARROW = "(max-width: 68rem)";

type Side = keyof Seats;
const SIDES: Side[] = ["left", "right"];

/** Both are always there, so that nothing is missed; a narrow screen shows one, and a sign of the other. */
export function TwoDesks({ seats, symbol }: { seats: Seats; symbol: string }) {
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const [shown, setShown] = useState<Side>("left");
  const [news, setNews] = useState<ReadonlySet<Side>>(new Set());
  const atLeft = useCallback(() => {
    setNews((news) => new Set([...news, "left"]));
  }, []);
  const atRight = useCallback(() => {
    setNews((news) => new Set([...news, "right"]));
  }, []);
  const hasNews = (side: Side) => side !== shown && news.has(side);
  const show = (side: Side) => {
    setShown(side);
    setNews(new Set());
  };
  return (
    <>
      {narrow && (
        <SegmentedControl
          fullWidth
          aria-label="Desk"
          value={shown}
          data={SIDES.map((side) => ({
            value: side,
            label: <DeskName name={seats[side].name} news={hasNews(side)} />,
          }))}
          onChange={show}
        />
      )}
      <div className="two-desks">
        {SIDES.map((side) => (
          <section
            key={side}
            className="two-desk"
            aria-label={`${seats[side].name}’s desk`}
            hidden={narrow && side !== shown}
          >
            {!narrow && <h2 className="two-name">{seats[side].name}</h2>}
            <Desk
              key={seats[side].user_id}
              person={seats[side]}
              symbol={symbol}
              onNews={side === "left" ? atLeft : atRight}
            />
          </section>
        ))}
      </div>
    </>
  );
}

function DeskName({ name, news }: { name: string; news: boolean }) {
  return (
    <>
      {name}
      {news && <span className="tag two-news">News</span>}
    </>
  );
}
