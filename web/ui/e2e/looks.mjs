/**
 * Every page in both themes, wide and narrow: sound in the eyes of axe, and no wider than it may be.
 * What is dark is looked at narrow for pictures only: colours do not depend on the width.
 */

import { must } from "./decimals.mjs";
import { logIn } from "./newcomer.mjs";
import { SCREENSHOTS, URL_BASE } from "./person.mjs";

const THEMES = ["light", "dark"];
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };

export async function lookAround(arrive, at, { symbol, buyer, order_id }, admin) {
  const pages = [
    ["trade", `trade?symbol=${symbol}`, (page) => page.locator(".chart-place canvas").first()],
    ["market", "market", (page) => page.locator(".heat-tile").first()],
    ["portfolio", "portfolio", (page) => page.getByRole("table", { name: "Ledger" })],
    ["orders", "orders", (page) => page.locator("tr[data-order-id]").first()],
    ["order", `orders/${order_id}`, (page) => page.getByRole("list", { name: "Hops" })],
    ["system", "system", (page) => page.locator('tr[data-process="matching"]')],
    ["account", "account", (page) => page.getByText("A demo account")],
    ["enter", "enter", (page) => page.getByRole("list", { name: "Demo accounts" })],
  ];
  const complaints = [];
  for (const colorScheme of THEMES) {
    const person = await arrive({ colorScheme });
    at(`every page is sound, ${colorScheme}`);
    await person.traders();
    await look(complaints, person, `entrance-${colorScheme}`);
    await person.enter(buyer);
    const scheme = await person.page.evaluate(
      () => document.documentElement.dataset.mantineColorScheme,
    );
    must(scheme === colorScheme, `the system wants ${colorScheme}, the page is ${scheme}`);
    for (const [name, path, ready] of pages) {
      await person.page.goto(`${URL_BASE}/${path}`);
      await ready(person.page).waitFor();
      await person.isIn();
      await look(complaints, person, `${name}-${colorScheme}`);
    }
    if (admin !== undefined) await lookAtAdmin(complaints, person, admin, colorScheme);
    await person.context.close();
  }
  must(complaints.length === 0, complaints.join("\n"));
}

async function look(complaints, person, name) {
  const all = Object.entries(SIZES);
  const once = name.endsWith("-dark") && SCREENSHOTS === undefined;
  for (const [size, viewport] of once ? all.slice(0, 1) : all) {
    await person.page.setViewportSize(viewport);
    // What fades in has half its contrast until it is there.
    await person.page.waitForTimeout(300);
    await person.picture(`${name}-${size}`);
    complaints.push(...(await person.complaints(`${name}, ${size}`)));
  }
  await person.page.setViewportSize(SIZES.wide);
}

async function lookAtAdmin(complaints, person, credentials, colorScheme) {
  const { page } = person;
  const [login, password] = credentials.split(":");
  await logIn(person, login, password);
  await page.getByRole("heading", { level: 1, name: /^Trade / }).waitFor();
  await person.visit("Admin");
  await page.locator("tr[data-symbol]").first().waitFor();
  await look(complaints, person, `admin-${colorScheme}`);
  await page.getByRole("tab", { name: "People" }).click();
  await page.locator("tr[data-user-id]").first().waitFor();
  await look(complaints, person, `admin-people-${colorScheme}`);
  const demo = page.locator("tr[data-user-id]").filter({ hasText: "Demo" }).first();
  await demo.getByRole("button", { name: /^Manage / }).click();
  await page.getByLabel("Amount to deposit").waitFor();
  await look(complaints, person, `admin-person-${colorScheme}`);
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Parked messages" }).click();
  await page.getByText("Nothing is parked.").waitFor();
  await look(complaints, person, `admin-parked-${colorScheme}`);
}
