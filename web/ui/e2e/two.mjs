/** One person is two at once: left sells, right buys, and both ends move by push alone. */

import { decimal, must, SCALE, text } from "./decimals.mjs";
import { eventually, Person, SCREENSHOTS, unlessUnavailable, URL_BASE } from "./person.mjs";

async function post(what, body, token) {
  const headers = { "content-type": "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const send = () => fetch(`${URL_BASE}/api/v1/${what}`, init);
  return unlessUnavailable(send, ({ status }) => status);
}

async function asks(what, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const get = () => fetch(`${URL_BASE}/api/v1/${what}`, { headers });
  const answer = await unlessUnavailable(get, ({ status }) => status);
  must(answer.ok, `GET ${what} answered ${answer.status}`);
  return answer.json();
}

/** Somebody with shares, somebody else, a third at the browser, and a price inside the spread. */
async function findTwo() {
  const { items: people } = await asks("demo/users");
  must(people.length >= 3, `expected three demo accounts or more, saw ${people.length}`);
  must(
    people.every(({ cash, total_value }) => decimal(total_value) >= decimal(cash)),
    "somebody is worth less than his cash",
  );
  for (const seller of people) {
    const entered = await post("demo/token", { user_id: seller.user_id });
    must(entered.headers.get("set-cookie") === null, "demo/token gave a cookie");
    const { token } = await entered.json();
    const { holdings } = await asks("portfolio", token);
    for (const { symbol, available } of holdings) {
      const stock = await asks(`stocks/${symbol}`);
      const { bids, asks: offers } = await asks(`stocks/${symbol}/depth?levels=1`);
      const [tick, lot] = [decimal(stock.tick_size), decimal(stock.lot_size)];
      const quantity = ((2n * SCALE + lot - 1n) / lot) * lot;
      const price = bids[0] && decimal(bids[0][0]) + tick;
      const free = offers[0] === undefined || price < decimal(offers[0][0]);
      if (price === undefined || !free || decimal(available) < 8n * quantity) continue;
      const [buyer, third] = people.filter(({ user_id }) => user_id !== seller.user_id);
      return { seller, buyer, third, symbol, quantity, price, tick };
    }
  }
  throw new Error("no demo account holds a stock with room inside its spread");
}

/** One of the two desks, used as a page of its own. */
class Desk extends Person {
  constructor(page, name) {
    super();
    const desk = page.getByRole("region", { name: `${name}’s desk` });
    desk.waitForResponse = page.waitForResponse.bind(page);
    Object.assign(this, { page: desk, whole: page, name });
  }

  async tile(name) {
    const title = this.whole.getByText(name, { exact: true });
    return decimal(
      await this.page.locator(".tile").filter({ has: title }).locator("strong").innerText(),
    );
  }

  async line(name) {
    const title = this.whole.getByText(name);
    return decimal(
      await this.page
        .locator(".estimate dl > div")
        .filter({ has: title })
        .locator("dd")
        .innerText(),
    );
  }

  async owns(symbol) {
    return { cash: await this.tile("Cash"), shares: await this.tile(`${symbol} shares`) };
  }

  async comesTo(symbol, { cash, shares }) {
    await eventually(`${this.name} with ${text(cash)} and ${text(shares)} shares`, async () => {
      const now = await this.owns(symbol);
      // The tile has cents.
      const off = now.cash - cash;
      const near = -SCALE / 100n < off && off < SCALE / 100n;
      return (near && now.shares === shares) || `${text(now.cash)} and ${text(now.shares)}`;
    });
  }

  async isLive() {
    await this.page.getByText("Live", { exact: true }).waitFor();
  }

  async toast(deed, symbol) {
    await this.whole
      .getByText(new RegExp(`^${this.name}: ${deed} .* ${symbol}$`))
      .first()
      .waitFor();
  }
}

async function choose(page, label, option) {
  await page.getByLabel(label, { exact: true }).selectOption(option);
}

export async function twoAtOnce(arrive, at) {
  at("one person sits at two desks");
  const { seller, buyer, third, symbol, quantity, price, tick } = await findTwo();
  const person = await arrive();
  const { page } = person;
  await person.traders();
  await person.enter(third.name);
  await person.visit("Two at once");
  const tokens = collectTokens(page);
  await choose(page, "Right account", buyer.user_id);
  await choose(page, "Left account", seller.user_id);
  await choose(page, "Stock", symbol);
  const [left, right] = [new Desk(page, seller.name), new Desk(page, buyer.name)];
  await left.isLive();
  await right.isLive();
  await page.evaluate(() => {
    globalThis.neverLoadedAnew = true;
  });

  at("left sells, right buys a part, and both see it by push");
  const before = { left: await left.owns(symbol), right: await right.owns(symbol) };
  const sold = await left.place("Sell", 2n * quantity, price);
  await left.sees(sold, "open");
  await eventually("the right desk seeing the new ask", async () => {
    const ask = await right.best("Asks");
    return ask === price || (ask === undefined ? "no asks" : text(ask));
  });
  await right.fill("Buy", quantity, price);
  const [cost, fee, total] = [
    await right.line("Cost, about"),
    await right.line("Fee, taker"),
    await right.line("Total USD"),
  ];
  must(cost + fee === total, `${text(cost)} and ${text(fee)} are not ${text(total)}`);
  // They are shown for some seconds only.
  const told = Promise.all([right.toast("Bought", symbol), left.toast("Sold", symbol)]);
  await Promise.all([told, right.send().then((bought) => right.sees(bought, "closed"))]);
  await eventually("the left desk's part fill", async () => {
    const said = (await left.row(sold).innerText()).replace(/\s+/g, " ");
    return said.includes(`${text(quantity)} of ${text(2n * quantity)}`) || said;
  });
  await right.comesTo(symbol, {
    cash: before.right.cash - total,
    shares: before.right.shares + quantity,
  });
  const [fill] = (await asks("trades?limit=1", tokens.of(buyer))).items;
  must(decimal(fill.fee) === fee, `the ticket told a fee of ${text(fee)}, ${fill.fee} was charged`);
  await person.picture("two-part-fill");

  at("the rest is filled, and cash and shares have changed hands");
  await right.sees(await right.place("Buy", quantity, price), "closed");
  await left.sees(sold, "closed");
  const fees = (await asks("trades?limit=2", tokens.of(seller))).items;
  const paid = fees.reduce((sum, { fee }) => sum + decimal(fee), 0n);
  await left.comesTo(symbol, {
    cash: before.left.cash + (2n * quantity * price) / SCALE - paid,
    shares: before.left.shares - 2n * quantity,
  });

  at("a refusal on the right is none of the left's");
  await right.fill("Buy", 1_000_000n * SCALE, price - 5n * tick);
  await right.sees(await right.send(), "rejected");
  must((await left.page.getByText("Rejected").count()) === 0, "the left desk says rejected");

  at("a session that ends on the left leaves the right alone");
  const ended = await post("auth/logout", {}, tokens.of(seller));
  must(ended.status === 204, `POST auth/logout answered ${ended.status}`);
  await left.page.getByText(`${seller.name}’s session has ended.`).waitFor();
  const resting = await right.place("Buy", quantity, price - 5n * tick);
  await right.sees(resting, "open");
  await left.page.getByRole("button", { name: `Enter again as ${seller.name}` }).click();
  await left.isLive();
  const same = await page.evaluate(() => globalThis.neverLoadedAnew === true);
  must(same, "the page was loaded anew");

  at("the choice outlives a reload, the browser's own account and its storage are as before");
  await page.reload();
  await left.isLive();
  await right.isLive();
  const stock = await page.getByLabel("Stock", { exact: true }).inputValue();
  must(stock === symbol, `after the reload the stock is ${stock}`);
  const { user_id } = await person.asks("auth/me");
  must(user_id === third.user_id, "the cookie is somebody else's now");
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  must(!kept.includes("eyJ"), "a token was stored");

  await onAPhone(person, at, left, right, { symbol, quantity, price });
  await person.context.close();
}

/** The last token with which somebody asked, as the page sent it. */
function collectTokens(page) {
  const seen = new Map();
  page.on("request", (request) => {
    const [, token] = /^Bearer (.+)$/.exec(request.headers().authorization ?? "") ?? [];
    if (token === undefined) return;
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    seen.set(sub, token);
  });
  return { of: ({ user_id }) => seen.get(user_id) };
}

async function onAPhone(person, at, left, right, { symbol, quantity, price }) {
  const { page } = person;
  const complaints = [];
  for (const colorScheme of ["light", "dark"]) {
    at(`two desks are sound, ${colorScheme}`);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.waitForTimeout(300);
    await person.picture(`two-${colorScheme}-wide`);
    complaints.push(...(await person.complaints(`two, ${colorScheme}, wide`)));
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForTimeout(300);
    await person.picture(`two-${colorScheme}-narrow`);
    complaints.push(...(await person.complaints(`two, ${colorScheme}, narrow`)));
  }
  must(complaints.length === 0, complaints.join("\n"));

  at("on a phone one desk is seen, and news of the other are told");
  const desks = page.getByRole("radiogroup", { name: "Desk" });
  const sold = await left.place("Sell", quantity, price);
  await left.sees(sold, "open");
  await desks.getByText(right.name).click();
  const told = left.toast("Sold", symbol);
  const bought = right.place("Buy", quantity, price).then((id) => right.sees(id, "closed"));
  await Promise.all([told, bought]);
  await desks.getByText("News").waitFor();
  await person.picture("two-news");
  await desks.getByText(left.name).click();
  await left.sees(sold, "closed");
  must((await desks.getByText("News").count()) === 0, "news that were seen are told as news");
  if (SCREENSHOTS !== undefined) await page.setViewportSize({ width: 2560, height: 1440 });
  await person.picture("two-4k");
}
