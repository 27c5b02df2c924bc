/** Two demo people trade with each other: in parts, by stops, amended, canceled, refused, offline. */

import { decimal, must, SCALE, text } from "./decimals.mjs";
import { eventually } from "./person.mjs";

const QUANTITY_WANTED = 10n * SCALE;

/** Somebody with shares to sell, and a price inside the spread so that the two meet each other. */
async function findSale(seller, names) {
  for (const name of names) {
    await seller.enter(name);
    const { holdings } = await seller.asks("portfolio");
    for (const { symbol, available } of holdings) {
      const stock = await seller.asks(`stocks/${symbol}`);
      const { bids, asks } = await seller.asks(`stocks/${symbol}/depth?levels=1`);
      const [tick, lot] = [decimal(stock.tick_size), decimal(stock.lot_size)];
      // Whole lots, as many as the wanted quantity needs, and an even number of them.
      const quantity = ((QUANTITY_WANTED + 2n * lot - 1n) / (2n * lot)) * 2n * lot;
      // It is sold twice: before the eyes of the buyer, and behind the back.
      if (decimal(available) < 2n * quantity) continue;
      const [bid, ask] = [bids[0], asks[0]].map((level) => level && decimal(level[0]));
      const last = decimal(stock.last_price ?? stock.previous_close);
      const price = bid !== undefined ? bid + tick : ask !== undefined ? ask - tick : last;
      if (price <= 0n || (ask !== undefined && price >= ask)) continue;
      return { name, symbol, quantity, price, tick, lot };
    }
    await seller.leave();
  }
  throw new Error("no demo trader holds a stock with room inside its spread");
}

async function owned(person, symbol) {
  await person.visit("Portfolio");
  await person.page.getByRole("table", { name: "Holdings" }).waitFor();
  return { shares: await person.quantityOf(symbol), cash: await person.tile("Cash total") };
}

async function moved(person, symbol, before, shares) {
  await person.visit("Portfolio");
  await eventually(`${person.name}'s shares`, async () => {
    const now = await person.quantityOf(symbol);
    return now === before.shares + shares || text(now);
  });
  await eventually(`${person.name}'s cash`, async () => {
    const change = (await person.tile("Cash total")) - before.cash;
    return (shares > 0n ? change < 0n : change > 0n) || text(change);
  });
}

export async function trade(arrive, at) {
  at("two people open the page, and one finds something to sell");
  const [seller, buyer] = [await arrive(), await arrive()];
  const names = await seller.traders();
  must(names.length >= 2, `expected two demo traders or more, saw ${names.length}`);
  const sale = await findSale(seller, names);
  const { name, symbol, quantity, price, tick, lot } = sale;
  console.log(`  ${name} sells ${text(quantity)} ${symbol} at ${text(price)}`);
  await buyer.enter(names.find((other) => other !== name));
  const before = { seller: await owned(seller, symbol), buyer: await owned(buyer, symbol) };

  at("the sell order rests, and is marked as one's own");
  await seller.choose(symbol);
  await buyer.choose(symbol);
  const sold = await seller.place("Sell", quantity, price);
  await seller.sees(sold, "open");
  await seller.level("Asks", price).locator(".own").waitFor();
  await eventually("the buyer seeing the new ask", async () => {
    const ask = await buyer.best("Asks");
    return ask === price || (ask === undefined ? "no asks" : text(ask));
  });

  at("the buyer takes the price from the depth, and fills a part");
  await buyer.level("Asks", price).getByRole("button").click();
  const ticket = buyer.page.getByRole("form", { name: "Order ticket" });
  const limit = await ticket.getByLabel("Limit price", { exact: true }).inputValue();
  must(decimal(limit) === price, `the ticket has ${limit}`);
  const bought = await buyer.place("Buy", quantity / 2n, price);
  await buyer.sees(bought, "closed");
  await eventually("the seller's part fill", async () => {
    const said = (await seller.row(sold).innerText()).replace(/\s+/g, " ");
    return said.includes(`${text(quantity / 2n)} of ${text(quantity)}`) || said;
  });
  await buyer.picture("trade-part-fill");

  at("the rest is filled, and both portfolios move");
  await buyer.sees(await buyer.place("Buy", quantity / 2n, price), "closed");
  await seller.sees(sold, "closed");
  await moved(seller, symbol, before.seller, -quantity);
  await moved(buyer, symbol, before.buyer, quantity);

  at("an order's own page has its fills, and when this window heard of them");
  await seller.visit("Orders");
  await seller.page.getByRole("table", { name: "My orders" }).getByRole("link").first().click();
  const fills = seller.page.getByRole("table", { name: "Fills" }).locator("tbody tr");
  await eventually("two fills", async () => (await fills.count()) === 2 || fills.count());
  const heard = seller.page.getByRole("list", { name: "Hops" }).getByRole("listitem");
  await heard.filter({ hasText: "browser received fill" }).nth(1).waitFor();

  at("an order is placed and canceled");
  await buyer.choose(symbol);
  const resting = await buyer.place("Buy", quantity, price - 5n * tick);
  await buyer.sees(resting, "open");
  await buyer.row(resting).getByRole("button", { name: "Cancel order" }).click();
  await buyer.sees(resting, "canceled");

  at("a stop waits armed, a limit is amended, and all are canceled at once");
  const stopAt = ((price * 9n) / 10n / tick) * tick;
  const stop = await buyer.place("Sell", quantity, stopAt, "stop");
  await buyer.sees(stop, "open");
  await buyer.row(stop).getByText("Armed", { exact: true }).waitFor();
  const amended = await buyer.place("Buy", quantity, price - 5n * tick);
  await buyer.sees(amended, "open");
  await buyer.amend(amended, quantity + lot, price - 6n * tick);
  await buyer.page.getByRole("tab", { name: /^Open orders/ }).click();
  await buyer.page.getByRole("button", { name: `Cancel all ${symbol}`, exact: true }).click();
  await buyer.sees(stop, "canceled");
  await buyer.sees(amended, "canceled");

  await refusals(buyer, at, sale);
  await offline(buyer, seller, at, sale);
  return { symbol, buyer: buyer.name, order_id: bought };
}

async function refusals(buyer, at, { price, tick }) {
  at("what breaks a rule is told at its field, what cannot be paid is rejected");
  await buyer.fill("Buy", SCALE, price + tick / 2n);
  await buyer.page.getByRole("button", { name: "Place buy order" }).click();
  await buyer.page.getByText(/The limit price must be a multiple of/).waitFor();
  await buyer.fill("Buy", 1_000_000n * SCALE, price - 5n * tick);
  await buyer.page.getByText("This is more than what is available.").waitFor();
  await buyer.sees(await buyer.send(), "rejected");
  await buyer.page.getByRole("status", { name: "Last order" }).getByText("Rejected").waitFor();
}

async function offline(buyer, seller, at, { symbol, quantity, price, tick }) {
  at("offline is said, and what was missed is there afterwards");
  const order = await buyer.place("Buy", quantity, price);
  await buyer.sees(order, "open");
  await buyer.context.setOffline(true);
  await buyer.page.getByText(/^Offline: the live connection is lost/).waitFor();
  await buyer.picture("offline");
  await seller.choose(symbol);
  await seller.sees(await seller.place("Sell", quantity, price - tick), "closed");
  await buyer.context.setOffline(false);
  await buyer.isIn();
  await buyer.sees(order, "closed");
}
