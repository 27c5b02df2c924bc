import { Badge } from "@mantine/core";
import { FEED_SOURCE, moment, price } from "../show.ts";
import type { Feed } from "../wire.ts";

/** Which market a stock follows, and, while that is silent, what follows from it. */
export function FeedNote({ feed }: { feed: Feed | undefined }) {
  return (
    <div>
      <p role="status" aria-label="Market that is followed">
        {feed?.stale === true && (
          <>
            <Badge component="span" size="sm" variant="light" color="orange">
              Silent
            </Badge>{" "}
            {silence(feed)} Market orders are refused until something is; those with a limit or a
            stop are taken.
          </>
        )}
      </p>
      {/* Not read out: it may change twice a second. */}
      {feed?.stale === false && feed.quote && (
        <p className="quiet small tabular">
          Follows {FEED_SOURCE[feed.source]}: {price(feed.quote.bid)} bid, {price(feed.quote.ask)}{" "}
          asked
        </p>
      )}
    </div>
  );
}

function silence({ source, quote }: Feed): string {
  const since = quote === undefined ? "yet" : `since ${moment(quote.at)}`;
  return `Nothing has been heard of ${FEED_SOURCE[source]} ${since}.`;
}
