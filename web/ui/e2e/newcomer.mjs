/** Somebody signs up, settles in, and closes the account again. */

import { readFile } from "node:fs/promises";
import { must } from "./decimals.mjs";

const [PASSWORD, ANOTHER] = ["a long enough password", "an even longer password"];

export async function settleIn(arrive, at) {
  at("a newcomer signs up; what is wrong is told at its field");
  const person = await arrive();
  const { page } = person;
  const login = `newcomer-${Date.now()}`;
  await page.getByRole("tab", { name: "Sign up" }).click();
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText(/8 to 128/).waitFor();
  await person.isAt(page.getByLabel("Password", { exact: true }));
  await signUp(person, login);

  at("cash comes in, and the ledger has it");
  await person.visit("Portfolio");
  await page.getByLabel("Amount to deposit").fill("1000.50");
  await page.getByRole("button", { name: "Deposit" }).click();
  await page.getByText("Done. 1,000.50 available.").waitFor();
  await page.getByRole("table", { name: "Ledger" }).getByText("+1,000.50").waitFor();
  await page.getByLabel("Amount to withdraw").fill("2000");
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("Not more than the 1,000.50 that are available.").waitFor();
  await person.isAt(page.getByLabel("Amount to withdraw"));
  await page.getByLabel("Amount to withdraw").fill("1000.5");
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("Done. 0.00 available.").waitFor();

  at("the ledger's file has its lines");
  const coming = page.waitForEvent("download");
  await page.getByText("Download as CSV").click();
  const sheet = await readFile(await (await coming).path(), "utf8");
  const lines = sheet.trim().split("\n");
  must(lines.length === 3, `a heading and two lines are expected: ${sheet}`);
  for (const amount of ["1000.5", "-1000.5"])
    must(
      lines.some((line) => line.split(",").includes(amount)),
      `${amount} is not in ${sheet}`,
    );

  at("name, password and a key are changed");
  await person.menu("Account settings");
  await page.getByLabel("What the exchange calls you").fill("Nora N.");
  await page.getByRole("button", { name: "Change name" }).click();
  await page.getByRole("button", { name: "Account: Nora N." }).waitFor();
  await page.getByLabel("Password now").fill(PASSWORD);
  await page.getByLabel("New password").fill(ANOTHER);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("form", { name: "Change the password" }).getByText("Changed.").waitFor();
  await page.getByLabel("Name of the new key").fill("my program");
  await page.getByRole("button", { name: "Make a key" }).click();
  const key = await page.locator(".new-key pre").innerText();
  must(key.startsWith("exk_"), `the key is ${key.slice(0, 4)}…`);
  await person.picture("account");
  await page.getByRole("button", { name: "Remove key my program" }).click();
  await page.getByText("No keys yet.").waitFor();

  at("another password ends all other sessions, and they are told");
  const elsewhere = await arrive();
  await logIn(elsewhere, login, ANOTHER);
  await elsewhere.isIn();
  await person.menu("Account settings");
  await page.getByLabel("Password now").fill(ANOTHER);
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await elsewhere.page.getByText("Your session has ended.").waitFor();
  await elsewhere.picture("session-ended");

  at("who comes in again is where the session ended, also when only its cookie is gone");
  await logIn(elsewhere, login, PASSWORD);
  await elsewhere.isIn();
  await elsewhere.visit("Orders");
  await elsewhere.context.clearCookies();
  await elsewhere.page.getByRole("navigation", { name: "Pages" }).getByText("Portfolio").click();
  await elsewhere.page.getByText("Your session has ended.").waitFor();
  await logIn(elsewhere, login, PASSWORD);
  await elsewhere.page.getByRole("heading", { level: 1, name: "Portfolio" }).waitFor();
  await elsewhere.isIn();

  at("the new password opens, the account is closed, and then it opens nothing");
  await person.leave();
  await logIn(person, login, PASSWORD);
  await person.isIn();
  await person.menu("Account settings");
  await page.getByRole("button", { name: "Close the account…" }).click();
  await page.getByRole("button", { name: "Close it for good" }).click();
  await page.getByRole("heading", { name: "Stock exchange" }).waitFor();
  await logIn(person, login, PASSWORD);
  await page.getByText("unknown login or wrong password").waitFor();
}

export async function signUp(person, login) {
  const { page } = person;
  await page.getByRole("tab", { name: "Sign up" }).click();
  await page.getByLabel("Login").fill(login);
  await page.getByLabel("Name").fill("Nora Newcomer");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await person.isIn();
}

export async function logIn({ page }, login, password) {
  await page.getByRole("tab", { name: "Log in" }).click();
  await page.getByLabel("Login").fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}
