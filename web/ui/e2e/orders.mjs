/** Orders by keyboard alone and of the rarer kinds; and many of them, found by filters and page by page. */

import { decimal, must, text } from "./decimals.mjs";
import { eventually, URL_BASE } from "./person.mjs";

/** Together so many that one page of the list has not all. */
const [ROUNDS, AT_ONCE] = [5, 11];

export async function placeAllKinds(arrive, at, { symbol, buyer }) {
  const person = await arrive();
  await person.enter(buyer);
  const stock = await person.asks(`stocks/${symbol}`);
  const [tick, lot] = [decimal(stock.tick_size), decimal(stock.lot_size)];
  const last = decimal(stock.last_price ?? stock.previous_close);
  /** A price so many hundredths of the last, in whole ticks. */
  const part = (percent) => text(((last * percent) / 100n / tick) * tick);
  const scene = { symbol, part, lots: (count) => text(count * lot) };
  await byKeyboard(person, at, scene);
  await rarerKinds(person, at, scene);
  await findThem(person, at, scene);
  await person.context.close();
}

async function byKeyboard(person, at, { symbol, part, lots }) {
  at("by keyboard alone an order is placed, what is wrong is gone back to, and it is canceled");
  const { page } = person;
  const { keyboard } = page;
  await page.goto(`${URL_BASE}/trade/${symbol}`);
  await page.getByRole("table", { name: "Bids" }).waitFor();
  const ticket = page.getByRole("form", { name: "Order ticket" });
  const field = (name) => ticket.getByLabel(name, { exact: true });
  await person.tabTo(page.getByRole("link", { name: "Skip to the page" }));
  await keyboard.press("Enter");
  await person.tabTo(ticket.getByRole("radio", { name: "Buy" }));
  await keyboard.press("ArrowRight");
  await ticket.getByRole("button", { name: "Place sell order" }).waitFor();
  await keyboard.press("ArrowLeft");
  await person.tabTo(field("Order type"));
  await keyboard.press("ArrowDown");
  await eventually(
    "a market order",
    async () => (await field("Order type").inputValue()) !== "limit",
  );
  await keyboard.press("ArrowUp");
  await person.tabTo(field("Quantity"));
  await keyboard.type(lots(1n));
  const place = ticket.getByRole("button", { name: "Place buy order" });
  await person.tabTo(place);
  await keyboard.press("Enter");
  await ticket.getByText("Enter a limit price.").waitFor();
  await person.isAt(field("Limit price"));
  await keyboard.type(part(90n));
  await person.tabTo(place);
  const order = await person.sent(() => keyboard.press("Enter"));
  await person.tabTo(page.getByRole("tab", { name: /^Open orders/ }));
  await keyboard.press("ArrowRight");
  await person.sees(order, "open", () => undefined);
  await person.tabTo(person.row(order).getByRole("button", { name: "Cancel order" }));
  await keyboard.press("Enter");
  await person.sees(order, "canceled", () => undefined);
}

async function rarerKinds(person, at, { symbol, part, lots }) {
  const { page } = person;
  const ticket = page.getByRole("form", { name: "Order ticket" });
  await person.choose(symbol);
  await ticket.getByText("More", { exact: true }).click();
  const place = async (side, type, amounts) => {
    await ticket.getByText(side, { exact: true }).click();
    await ticket.getByLabel("Order type").selectOption(type);
    for (const [name, amount] of Object.entries(amounts))
      await ticket.getByLabel(name, { exact: true }).fill(amount);
    const order = await person.send();
    await person.sees(order, "open");
    return order;
  };
  const says = (order, words) => person.row(order).getByText(words).waitFor();
  const cancel = async (order) => {
    await person.row(order).getByRole("button", { name: "Cancel order" }).click();
    await person.sees(order, "canceled");
  };

  at("an order at a limit and at a stop, and one that follows the market, wait armed");
  const oco = await place("Sell", "oco", {
    Quantity: lots(1n),
    "Limit price": part(120n),
    "Stop price": part(80n),
    "Stop limit price": part(79n),
  });
  await says(oco, "Armed");
  await says(oco, /once stopped/);
  const trailing = await place("Sell", "trailing_stop", {
    Quantity: lots(1n),
    "Trail amount": part(20n),
  });
  await says(trailing, "Armed");
  await says(trailing, /trailing stop by/);
  await cancel(oco);
  await cancel(trailing);

  at("an iceberg shows a part of itself to others, a bracket has its exit");
  const iceberg = await place("Buy", "limit", {
    Quantity: lots(4n),
    "Limit price": part(90n),
    "Display quantity": lots(1n),
  });
  await says(iceberg, /^shows .* at a time$/);
  const { bids } = await person.asks(`stocks/${symbol}/depth?levels=50`);
  const level = bids.find(([price]) => decimal(price) === decimal(part(90n)));
  must(decimal(level[1]) === decimal(lots(1n)), `of the iceberg ${level[1]} is seen`);
  await cancel(iceberg);
  const bracket = await place("Buy", "limit", {
    Quantity: lots(1n),
    "Limit price": part(90n),
    "Take profit price": part(120n),
    "Stop loss price": part(80n),
  });
  const exit = page
    .locator("tr[data-order-id]")
    .filter({ hasText: /exit of: / })
    .first();
  await exit.waitFor();
  await person.picture("bracket");
  await cancel(bracket);
  await eventually("the exit ending with its entry", async () => {
    const status = await exit.getAttribute("data-status");
    return status === "canceled" || status;
  });
}

async function findThem(person, at, { symbol, part, lots }) {
  at("orders are found by status and stock, and older ones page by page");
  const { page } = person;
  const order = { symbol, side: "buy", type: "limit", time_in_force: "ioc" };
  const small = { ...order, quantity: lots(1n), limit_price: part(50n) };
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => person.posts("orders", small)),
    );
    must(
      answers.every((status) => status === 201),
      `POST orders answered ${answers}`,
    );
  }
  await person.visit("Orders");
  await page.getByRole("status", { name: "Page" }).getByText("Orders – Stock exchange").waitFor();
  must((await page.title()) === "Orders – Stock exchange", `the tab is “${await page.title()}”`);
  await page.getByLabel("Stock", { exact: true }).selectOption(symbol);
  const rows = page.getByRole("table", { name: "My orders" }).locator("tr[data-order-id]");
  const findsOnly = async (status, fewest) => {
    await page.getByLabel("Status", { exact: true }).selectOption(status);
    await page.waitForURL(new RegExp(`status=${status}`));
    await eventually(`${fewest} ${status} orders or more, and no others`, async () => {
      const all = await rows.evaluateAll((rows) => rows.map((row) => row.dataset.status));
      return (all.length >= fewest && all.every((one) => one === status)) || `${all}`;
    });
  };
  await findsOnly("canceled", 1);
  await page.getByRole("button", { name: "Show older orders" }).click();
  await findsOnly("canceled", ROUNDS * AT_ONCE);
  await findsOnly("closed", 1);
}
