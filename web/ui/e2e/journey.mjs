/**
 * Two demo people trade with each other through the real page; one places a stop, amends an order
 * and cancels all.
 *
 *   EXCHANGE_URL  where the exchange is          (http://localhost:3000)
 *   CHROMIUM      the browser to drive           (/usr/bin/chromium)
 *   SCREENSHOTS   a folder for pictures, if any
 *
 * Ends with 0 when everything was seen, else with 1 and what was not.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const URL_BASE = process.env.EXCHANGE_URL ?? "http://localhost:3000";
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = process.env.SCREENSHOTS;

/** A status travels through several processes; a slow machine is given time. */
const STATUS_TIMEOUT_MS = 20_000;
const SCALE = 1_000_000n;
const QUANTITY_WANTED = 10n * SCALE;

let step = "starting the browser";

function at(name) {
  step = name;
  console.log(`· ${name}`);
}

function must(condition, message) {
  if (!condition) throw new Error(message);
}

/** Millionths of what the page or the wire shows. */
function decimal(text) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.replaceAll(",", "").trim());
  must(match, `expected a decimal, saw "${text}"`);
  const size = BigInt(match[2]) * SCALE + BigInt((match[3] ?? "").slice(0, 6).padEnd(6, "0"));
  return match[1] === "-" ? -size : size;
}

function text(value) {
  const fraction = (value % SCALE).toString().padStart(6, "0").replace(/0+$/, "");
  return `${value / SCALE}${fraction && `.${fraction}`}`;
}

async function eventually(what, look) {
  const deadline = Date.now() + STATUS_TIMEOUT_MS;
  let seen;
  while (Date.now() < deadline) {
    seen = await look();
    if (seen === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not seen within ${STATUS_TIMEOUT_MS} ms (last seen: ${seen})`);
}

/** One person at one browser. */
class Trader {
  static async open(browser) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(STATUS_TIMEOUT_MS);
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(URL_BASE);
    await page.getByRole("list", { name: "Demo accounts" }).waitFor();
    return Object.assign(new Trader(), { page, faults });
  }

  async traders() {
    const buttons = this.page
      .getByRole("list", { name: "Demo accounts" })
      .getByRole("button")
      .filter({ has: this.page.locator("span", { hasText: /^trader/ }) });
    const labels = await buttons.evaluateAll((all) => all.map((b) => b.getAttribute("aria-label")));
    return labels.map((label) => label.replace("Enter as ", ""));
  }

  async enter(name) {
    this.name = name;
    await this.page.getByRole("button", { name: `Enter as ${name}`, exact: true }).click();
    await this.page.getByText("Live", { exact: true }).waitFor();
    await this.page.getByRole("table", { name: "Cash and value" }).waitFor();
  }

  async leave() {
    await this.page.getByRole("button", { name: "Log out" }).click();
    await this.page.getByRole("list", { name: "Demo accounts" }).waitFor();
  }

  async cash(which) {
    const row = this.page.getByRole("row", { name: new RegExp(`^Cash ${which}`) });
    return decimal(await row.getByRole("cell").innerText());
  }

  async holdings() {
    const rows = this.page.getByRole("table", { name: "Holdings" }).locator("tbody tr");
    const cells = await rows.evaluateAll((all) =>
      all.map((row) => [...row.cells].map((cell) => cell.innerText)),
    );
    return new Map(cells.map(([symbol, , , available]) => [symbol, decimal(available)]));
  }

  async quantityOf(symbol) {
    const row = this.page.locator(`tr[data-symbol="${symbol}"]`);
    if ((await row.count()) === 0) return 0n;
    return decimal(await row.getByRole("cell").first().innerText());
  }

  async choose(symbol) {
    await this.page.getByLabel("Stock", { exact: true }).selectOption(symbol);
    await this.page.getByRole("heading", { name: new RegExp(`^${symbol} `) }).waitFor();
    await this.page.getByRole("table", { name: "Bids" }).waitFor();
  }

  async best(caption) {
    const row = this.page.getByRole("table", { name: caption }).locator("tbody tr").first();
    const cells = await row.getByRole("cell").allInnerTexts();
    return cells.length === 2 ? decimal(cells[0]) : undefined;
  }

  /** Answers with the row of the new order. A stop order's price is its stop price. */
  async place(side, quantity, price, type = "limit") {
    const orders = this.page.locator("tr[data-order-id]");
    const idsOf = (rows) => rows.map((row) => row.dataset.orderId);
    const before = new Set(await orders.evaluateAll(idsOf));
    await this.page.getByRole("button", { name: side, exact: true }).click();
    await this.page.getByLabel("Order type").selectOption(type);
    await this.page.getByLabel("Quantity", { exact: true }).fill(text(quantity));
    const label = type === "stop" ? "Stop price" : "Limit price";
    await this.page.getByLabel(label, { exact: true }).fill(text(price));
    await this.page.getByRole("button", { name: "Place order" }).click();
    let order_id;
    await eventually(`${this.name}'s new order in the list`, async () => {
      order_id = (await orders.evaluateAll(idsOf)).find((id) => !before.has(id));
      const alerts = await this.page.getByRole("alert").allInnerTexts();
      return order_id !== undefined || `no new row; alerts: ${alerts.join(" | ") || "none"}`;
    });
    return this.page
      .getByRole("table", { name: "My orders" })
      .locator(`tr[data-order-id="${order_id}"]`);
  }

  async sees(row, status) {
    await eventually(`${this.name}'s order becoming ${status}`, async () => {
      const tag = await row.locator('.tag[class*="status-"]').innerText();
      return tag === status || (await row.innerText()).replace(/\s+/g, " ");
    });
  }

  async amend(row, quantity, price) {
    await row.getByRole("button", { name: "Amend order" }).click();
    const form = this.page.getByRole("form", { name: /^Amend: / });
    await form.getByLabel("New quantity").fill(text(quantity));
    await form.getByLabel("New limit price").fill(text(price));
    await form.getByRole("button", { name: "Change order" }).click();
    await eventually(`${this.name}'s order being changed`, async () => {
      const said = (await row.innerText()).replace(/\s+/g, " ");
      const [, now, at] = /^\w+ (\S+) \S+ at (\S+)/.exec(said) ?? [];
      if (now === undefined || said.includes("Changing to")) return said;
      return (decimal(now) === quantity && decimal(at) === price) || said;
    });
  }

  async picture(name) {
    if (SCREENSHOTS === undefined) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }
}

/** Somebody with shares to sell, and a price inside the spread so that the two meet each other. */
async function findSale(seller, names) {
  for (const name of names) {
    await seller.enter(name);
    for (const [symbol, available] of await seller.holdings()) {
      const answer = await seller.page.request.get(`${URL_BASE}/api/v1/stocks/${symbol}`);
      must(answer.ok(), `GET stocks/${symbol} answered ${answer.status()}`);
      const stock = await answer.json();
      const tick = decimal(stock.tick_size);
      const lot = decimal(stock.lot_size);
      // Whole lots, as many as the wanted quantity needs.
      const quantity = ((QUANTITY_WANTED + lot - 1n) / lot) * lot;
      if (available < quantity) continue;
      await seller.choose(symbol);
      const bid = await seller.best("Bids");
      const ask = await seller.best("Asks");
      const last = decimal(stock.last_price ?? stock.previous_close);
      const price = bid !== undefined ? bid + tick : ask !== undefined ? ask - tick : last;
      if (price <= 0n || (ask !== undefined && price >= ask)) continue;
      return { name, symbol, quantity, price, tick, lot };
    }
    await seller.leave();
  }
  throw new Error("no demo trader holds a stock with room inside its spread");
}

async function journey(browser, people) {
  at("two people open the page");
  const seller = await Trader.open(browser);
  people.push(seller);
  const buyer = await Trader.open(browser);
  people.push(buyer);
  await seller.picture("1-demo-accounts");
  const names = await seller.traders();
  must(names.length >= 2, `expected two demo traders or more, saw ${names.length}`);

  at("the seller enters and finds something to sell");
  const { name, symbol, quantity, price, tick, lot } = await findSale(seller, names);
  console.log(`  ${name} sells ${text(quantity)} ${symbol} at ${text(price)}`);

  at("the buyer enters");
  await buyer.enter(names.find((other) => other !== name));
  await buyer.choose(symbol);
  const before = {
    sold: await seller.quantityOf(symbol),
    bought: await buyer.quantityOf(symbol),
    earned: await seller.cash("total"),
    paid: await buyer.cash("total"),
  };

  at("the sell order rests");
  const sale = await seller.place("Sell", quantity, price);
  await seller.sees(sale, "Open");
  await eventually("the buyer seeing the new ask", async () => {
    const ask = await buyer.best("Asks");
    return ask === price || (ask === undefined ? "no asks" : text(ask));
  });

  at("the buy order meets it, and both are closed");
  const purchase = await buyer.place("Buy", quantity, price);
  await buyer.sees(purchase, "Closed");
  await seller.sees(sale, "Closed");

  at("both portfolios change");
  await eventually("the seller's shares leaving", async () => {
    const now = await seller.quantityOf(symbol);
    return now === before.sold - quantity || text(now);
  });
  await eventually("the buyer's shares arriving", async () => {
    const now = await buyer.quantityOf(symbol);
    return now === before.bought + quantity || text(now);
  });
  await eventually("the seller's cash growing", async () => {
    const now = await seller.cash("total");
    return now > before.earned || text(now);
  });
  await eventually("the buyer's cash shrinking", async () => {
    const now = await buyer.cash("total");
    return now < before.paid || text(now);
  });

  at("both see the trade among their own");
  for (const person of [seller, buyer]) {
    const trades = person.page.getByRole("table", { name: "My trades", exact: true });
    await trades.locator("tbody tr").filter({ hasText: symbol }).first().waitFor();
    await person.picture(person === seller ? "2-seller" : "3-buyer");
  }

  at("an order is placed and canceled");
  const available = await buyer.cash("available");
  const resting = await buyer.place("Buy", quantity, price - 5n * tick);
  await buyer.sees(resting, "Open");
  await buyer.picture("4-resting");
  await resting.getByRole("button", { name: "Cancel order" }).click();
  await buyer.sees(resting, "Canceled");
  await eventually("the held cash coming back", async () => {
    const now = await buyer.cash("available");
    return now === available || text(now);
  });

  at("a stop order waits, armed");
  const stop = await buyer.place("Sell", quantity, ((price * 9n) / 10n / tick) * tick, "stop");
  await buyer.sees(stop, "Open");
  await stop.getByText("Armed", { exact: true }).waitFor();

  at("an order is amended in place");
  const amended = await buyer.place("Buy", quantity, price - 5n * tick);
  await buyer.sees(amended, "Open");
  await buyer.amend(amended, quantity + lot, price - 6n * tick);
  await buyer.sees(amended, "Open");
  await buyer.picture("5-stop-and-amended");

  at("all orders for the stock are canceled at once");
  await buyer.page.getByRole("button", { name: `Cancel all ${symbol}`, exact: true }).click();
  await buyer.page.getByText(/^\d+ cancels requested$/).waitFor();
  await buyer.sees(stop, "Canceled");
  await buyer.sees(amended, "Canceled");

  at("the page at 360 pixels does not scroll sideways");
  await buyer.page.setViewportSize({ width: 360, height: 740 });
  const width = await buyer.page.evaluate(() => document.documentElement.scrollWidth);
  await buyer.picture("6-narrow");
  must(width <= 360, `the page is ${width} pixels wide`);

  at("both log out");
  for (const person of people) {
    await person.leave();
    must(person.faults.length === 0, `${person.name}'s page threw: ${person.faults.join("; ")}`);
  }
}

const people = [];
const browser = await chromium.launch({
  executablePath: BROWSER,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await journey(browser, people);
  console.log("the journey is complete");
} catch (error) {
  console.error(`FAILED while ${step}: ${error.message}`);
  for (const [index, person] of people.entries()) {
    await person.picture(`failed-${index + 1}`).catch(() => undefined);
  }
  process.exitCode = 1;
} finally {
  await browser.close();
}
