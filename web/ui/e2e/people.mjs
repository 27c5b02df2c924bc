/** An admin lets somebody in and pays in; a message breaks on its way, is set aside, mended and taken up again. */

import { Backstage } from "./backstage.mjs";
import { decimal, must } from "./decimals.mjs";
import { logIn } from "./newcomer.mjs";
import { eventually } from "./person.mjs";

const PASSWORD = "a long enough password";
/** Odd enough that no other order has it. */
const QUANTITY = 127n * 1_000_000n;

export async function helpPeople(arrive, at, credentials) {
  at("an admin adds a person, who comes in");
  const [login, password] = credentials.split(":");
  const [admin, person] = [await arrive(), await arrive()];
  const { page } = admin;
  await logIn(admin, login, password);
  await admin.isIn();
  await admin.visit("Admin");
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("button", { name: "Add a person…" }).click();
  const form = page.getByRole("form", { name: "Add a person" });
  const newLogin = `paula-${Date.now()}`;
  await form.getByLabel("Login").fill(newLogin);
  await form.getByLabel("Name").fill("Paula Payee");
  await form.getByLabel("Password", { exact: true }).fill("short");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await form.getByText(/8 to 128/).waitFor();
  await form.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await form.waitFor({ state: "hidden" });
  await logIn(person, newLogin, PASSWORD);
  await person.isIn();
  await person.visit("Portfolio");

  at("the admin finds and pays that person, who sees it at once");
  await page.getByLabel("Search people").fill(newLogin.toUpperCase());
  const rows = page.getByRole("table", { name: "People" }).locator("tr[data-user-id]");
  await eventually("one person in the table", async () => (await rows.count()) === 1);
  await page.getByRole("button", { name: "Manage Paula Payee" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amount to deposit").fill("1.2345678");
  await dialog.getByRole("button", { name: "Deposit" }).click();
  await dialog.getByText("Enter a plain amount like 1000 or 49.95.").waitFor();
  await dialog.getByLabel("Amount to deposit").fill("1234.50");
  await dialog.getByRole("button", { name: "Deposit" }).click();
  await dialog.getByText("Done. 1,234.50 available.").waitFor();
  await eventually("the cash by push", async () => {
    const cash = await person.tile("Cash total");
    return cash === decimal("1234.50") || String(cash);
  });
  await admin.picture("admin-person");

  at("an account with something in it stays open; an empty one is closed for good");
  await dialog.getByRole("button", { name: "Close the account…" }).click();
  await dialog.getByRole("button", { name: "Close it for good" }).click();
  await dialog.getByRole("alert").getByText(/cash/).waitFor();
  await dialog.getByLabel("Amount to withdraw").fill("1234.5");
  await dialog.getByRole("button", { name: "Withdraw" }).click();
  await dialog.getByText("Done. 0.00 available.").waitFor();
  await dialog.getByRole("button", { name: "Close it for good" }).click();
  await dialog.getByRole("heading", { name: "Former user" }).waitFor();
  await person.page.getByRole("heading", { name: "Stock exchange" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

/**
 * Nothing that clients send is ever parked, so it takes a service's own message: while nobody hears the
 * stream, a word of it is changed where ordering keeps it until it is heard.
 */
export async function mend(arrive, at, credentials, { symbol, buyer }, folder) {
  at("a message that cannot be read is set aside, and the admin reads it");
  const [login, password] = credentials.split(":");
  const [admin, trader] = [await arrive(), await arrive()];
  const { page } = admin;
  const backstage = await Backstage.open(folder);
  await logIn(admin, login, password);
  await admin.isIn();
  await admin.visit("Admin");
  await page.getByRole("tab", { name: "Parked messages" }).click();
  await page.getByText("Nothing is parked.").waitFor();
  await trader.enter(buyer);
  await trader.choose(symbol);
  const [stream, right, wrong] = ["ordering.0>portfolio.0", '"127"', '"-127"'];
  const mendLine = await backstage.cut("ordering", stream, "portfolio.0");
  const order_id = await trader.place("Buy", QUANTITY, decimal("1"));
  await backstage.reword("ordering", "outbox", order_id, right, wrong);
  await mendLine();
  const row = page.getByRole("table", { name: "Parked messages" }).locator("tr[data-parked-id]");
  await row.waitFor();
  await row.getByRole("button").click();
  await page.getByRole("region", { name: "The message" }).getByText(order_id).waitFor();
  await admin.picture("admin-parked");

  at("taken up too early it stays; mended it goes on its way");
  const takeUp = page.getByRole("button", { name: "Take up again" });
  must(await takeUp.isDisabled(), "nothing is chosen yet");
  await row.getByRole("checkbox").check();
  await takeUp.click();
  await page.getByText(/1 of the chosen cannot be taken still/).waitFor();
  await backstage.reword("portfolio", "parked", order_id, wrong, right);
  await backstage.reword("ordering", "outbox", order_id, wrong, right);
  await page.getByRole("button", { name: "Choose all" }).click();
  await takeUp.click();
  await page.getByText(/^1 taken up again/).waitFor();
  await page.getByText("Nothing is parked.").waitFor();
  await trader.sees(order_id, "open");
  await trader.row(order_id).getByRole("button", { name: "Cancel order" }).click();
  await trader.sees(order_id, "canceled");
}
