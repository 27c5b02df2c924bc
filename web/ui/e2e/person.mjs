/** One person at one browser. */

import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { decimal, must, text } from "./decimals.mjs";

export const URL_BASE = process.env.EXCHANGE_URL ?? "http://localhost:3000";
export const SCREENSHOTS = process.env.SCREENSHOTS;

/** A status travels through several processes; a slow machine is given time. */
const TIMEOUT_MS = 60_000;

/** Each stock of the watch list takes one, and each order. */
const TABS_MAX = 300;

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function eventually(what, look) {
  const deadline = Date.now() + TIMEOUT_MS;
  let seen;
  while (Date.now() < deadline) {
    seen = await look();
    if (seen === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not seen within ${TIMEOUT_MS} ms (last seen: ${seen})`);
}

/** A service that a busy machine keeps from answering in time is asked again. */
export async function unlessUnavailable(ask, statusOf) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await ask();
    if (statusOf(answer) !== 503 || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export class Person {
  static async open(browser, options = {}) {
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({ viewport, bypassCSP: false, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    await page.goto(URL_BASE);
    await page.getByRole("heading", { name: "Stock exchange" }).waitFor();
    return Object.assign(new Person(), { context, page, faults, name: "nobody" });
  }

  async traders() {
    const list = this.page.getByRole("list", { name: "Demo accounts" });
    await list.waitFor();
    const names = await list.locator("strong").allTextContents();
    return names.map((name) => name.replace(/^Enter as /, ""));
  }

  async enter(name) {
    this.name = name;
    await this.page.getByRole("button", { name: `Enter as ${name}` }).click();
    await this.isIn();
  }

  async isIn() {
    await this.page.getByText("Live", { exact: true }).waitFor();
  }

  async menu(item) {
    await this.page.getByRole("button", { name: /^Account: / }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async leave() {
    await this.menu("Log out");
    await this.page.getByRole("heading", { name: "Stock exchange" }).waitFor();
  }

  /** By the navigation, as a person does; a page that is loaded anew would hide what is kept. */
  async visit(page, heading = page) {
    await this.page.getByRole("navigation", { name: "Pages" }).getByText(page).click();
    await this.page.getByRole("heading", { level: 1, name: heading }).waitFor();
  }

  async asks(what) {
    const get = () => this.page.request.get(`${URL_BASE}/api/v1/${what}`);
    const answer = await unlessUnavailable(get, (answer) => answer.status());
    must(answer.ok(), `GET ${what} answered ${answer.status()}`);
    return answer.json();
  }

  /** As the page does, whose session it needs. Answers with the status. */
  posts(what, body) {
    return this.page.evaluate(
      async ([path, body]) => {
        const headers = { "content-type": "application/json" };
        return (await fetch(path, { method: "POST", headers, body })).status;
      },
      [`/api/v1/${what}`, JSON.stringify(body)],
    );
  }

  async tile(name) {
    const tile = this.page
      .locator(".tile")
      .filter({ has: this.page.getByText(name, { exact: true }) });
    return decimal(await tile.locator("strong").innerText());
  }

  async quantityOf(symbol) {
    const row = this.page
      .getByRole("table", { name: "Holdings" })
      .locator(`tr[data-symbol="${symbol}"]`);
    if ((await row.count()) === 0) return 0n;
    return decimal(await row.getByRole("cell").first().innerText());
  }

  /** By keyboard alone: a few letters and Enter. */
  async choose(symbol) {
    if (!this.page.url().includes("/trade")) await this.visit("Trade", /^Trade /);
    const search = this.page.getByRole("searchbox", { name: "Search stocks" });
    await search.fill(symbol);
    await search.press("Enter");
    await search.fill("");
    await this.page.getByRole("heading", { name: new RegExp(`^${symbol} `) }).waitFor();
    await this.page.getByRole("table", { name: "Bids" }).waitFor();
  }

  /** The level of the depth at this price, as the people at the page see it. */
  level(caption, price) {
    return this.page
      .getByRole("table", { name: caption })
      .locator("tr.level")
      .filter({ has: this.page.getByRole("button", { name: new RegExp(`^${shown(price)}: `) }) });
  }

  async best(caption) {
    const prices = this.page.getByRole("table", { name: caption }).locator(".level-price");
    const all = await prices.allInnerTexts();
    const best = caption === "Asks" ? all.at(-1) : all.at(0);
    return best === undefined ? undefined : decimal(best);
  }

  async fill(side, quantity, price, type = "limit") {
    const ticket = this.page.getByRole("form", { name: "Order ticket" });
    await ticket.getByText(side, { exact: true }).click();
    await ticket.getByLabel("Order type").selectOption(type);
    await ticket.getByLabel("Quantity", { exact: true }).fill(text(quantity));
    if (price === undefined) return;
    const label = type === "stop" ? "Stop price" : "Limit price";
    await ticket.getByLabel(label, { exact: true }).fill(text(price));
  }

  /** Answers with the id of the new order. */
  send() {
    return this.sent(() =>
      this.page.getByRole("button", { name: /^Place (buy|sell) order$/ }).click(),
    );
  }

  /** That which this sends. */
  async sent(press) {
    const send = async () => {
      const sent = this.page.waitForResponse(
        (response) =>
          response.url().endsWith("/api/v1/orders") && response.request().method() === "POST",
      );
      await press();
      return sent;
    };
    // The unchanged ticket is the same order.
    const answer = await unlessUnavailable(send, (answer) => answer.status());
    must(
      answer.status() === 201,
      `POST orders answered ${answer.status()}: ${await answer.text()}`,
    );
    return (await answer.json()).order_id;
  }

  /** A stop order's price is its stop price. */
  async place(side, quantity, price, type = "limit") {
    await this.fill(side, quantity, price, type);
    return this.send();
  }

  row(order_id) {
    return this.page.locator(`tr[data-order-id="${order_id}"][data-status]`).first();
  }

  /** In the list of all orders, whatever became of it. */
  async sees(
    order_id,
    status,
    open = () => this.page.getByRole("tab", { name: "All orders" }).click(),
  ) {
    await open();
    await eventually(`${this.name}'s order becoming ${status}`, async () => {
      const now = await this.row(order_id).getAttribute("data-status");
      return now === status || now;
    });
  }

  async isAt(target) {
    await eventually("the focus", async () => {
      const at = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160));
      return (await target.evaluate((element) => element === document.activeElement)) || at;
    });
  }

  /** By as many tabs as it takes from where the focus is. */
  async tabTo(target) {
    await target.waitFor({ state: "attached" });
    for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
      await this.page.keyboard.press("Tab");
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${target} is not reached by ${TABS_MAX} tabs`);
  }

  async amend(order_id, quantity, price) {
    const row = this.row(order_id);
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

  /** Nothing serious, in the eyes of axe; nothing wider than the screen. */
  async complaints(what) {
    await this.page.evaluate(atRest);
    // By the debugger, since the page's own policy takes no script from elsewhere.
    await this.page.evaluate(await axe);
    const found = await this.page.evaluate(inspect);
    const complaints = found.map((one) => `axe found ${one}`);
    const [width, room] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    if (width > room) complaints.push(`it is ${width} pixels wide on a screen of ${room}`);
    return [...complaints, ...this.faults.splice(0)].map((one) => `${what}: ${one}`);
  }

  async picture(name) {
    if (SCREENSHOTS === undefined) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}

function shown(price) {
  const [whole, fraction = ""] = text(price).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${grouped}\\.${fraction.padEnd(2, "0")}`;
}

/** Runs in the page. What fades in has half its contrast until it is there. */
async function atRest() {
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

/** Runs in the page. */
async function inspect() {
  const { violations } = await globalThis.axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html.slice(0, 160)).slice(0, 3)}`);
}
