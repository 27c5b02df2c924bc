/** An admin halts a stock and uploads a sheet; a trader sees both. */

import { logIn } from "./newcomer.mjs";

const HEADER = "symbol,name,currency,tick_size,lot_size,previous_close,state";

export async function administer(arrive, at, credentials, { symbol, buyer }) {
  at("an admin logs in with a password");
  const [login, password] = credentials.split(":");
  const [admin, trader] = [await arrive(), await arrive()];
  const { page } = admin;
  await logIn(admin, login, password);
  await admin.isIn();
  await admin.visit("Admin");

  at("a stock is halted before everybody's eyes, and resumed");
  await trader.enter(buyer);
  await trader.choose(symbol);
  await page.getByRole("button", { name: `Halt ${symbol}`, exact: true }).click();
  await page.getByRole("button", { name: `Resume ${symbol}`, exact: true }).waitFor();
  await trader.page.getByText("Trading is halted; orders rest.").waitFor();
  await trader.picture("halted");
  await page.getByRole("button", { name: `Resume ${symbol}`, exact: true }).click();
  await trader.page.getByText("Trading is halted; orders rest.").waitFor({ state: "hidden" });

  await list(admin, trader, at);

  at("a sheet is looked at, applied and taken back");
  const before = page.locator(`tr[data-symbol="${symbol}"] th`);
  const name = (await before.innerText()).replace(symbol, "").trim();
  const stock = await admin.asks(`stocks/${symbol}`);
  const { currency, tick_size, lot_size, previous_close } = stock;
  const row = [symbol, "Another Name", currency, tick_size, lot_size, previous_close, "open"];
  await page.getByLabel("The sheet").fill(`${HEADER}\n${row.join(",")}\n`);
  await page.getByRole("button", { name: "Show the difference" }).click();
  await page.getByText("This would be done:").waitFor();
  await page.getByRole("table", { name: "Difference" }).getByText("Another Name").waitFor();
  await admin.picture("admin-difference");
  await page.getByRole("button", { name: "Apply" }).click();
  await before.getByText("Another Name").waitFor();
  await page.getByRole("button", { name: "Take the last upload back" }).click();
  await page.getByRole("table", { name: "Difference" }).getByText("Another Name").waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await before.getByText(name).waitFor();

  at("a wrong sheet is refused with its line");
  await page.getByLabel("The sheet").fill(`${HEADER}\n${symbol},X,USD,0,1,1,open\n`);
  await page.getByRole("button", { name: "Show the difference" }).click();
  await page
    .getByRole("alert")
    .getByText(/line 2/)
    .waitFor();
}

async function list(admin, trader, at) {
  at("a stock is listed with the form, and there for everybody");
  const { page } = admin;
  const symbol = `N${Date.now().toString(36).slice(-6).toUpperCase()}`;
  await page.getByRole("button", { name: "List a stock…" }).click();
  const form = page.getByRole("form", { name: "List a stock" });
  const terms = {
    Symbol: symbol,
    Name: "Newly Listed",
    "Previous close": "25",
    Currency: "USD",
    "Tick size": "0.05",
  };
  for (const [name, value] of Object.entries(terms))
    await form.getByLabel(name, { exact: true }).fill(value);
  await form.getByLabel("Lot size").fill("0");
  await form.getByRole("button", { name: "List it" }).click();
  await form.getByText("expected more than 0, got 0").first().waitFor();
  await form.getByLabel("Lot size").fill("1");
  await form.getByRole("button", { name: "List it" }).click();
  await form.waitFor({ state: "hidden" });
  await page.locator(`tr[data-symbol="${symbol}"]`).waitFor();
  await trader.page.reload();
  await trader.visit("Market");
  const all = trader.page.getByRole("table", { name: "All stocks" });
  await all.getByRole("link", { name: symbol }).click();
  await trader.page.getByRole("heading", { name: `${symbol} Newly Listed` }).waitFor();
}
