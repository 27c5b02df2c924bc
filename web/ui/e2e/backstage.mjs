/**
 * Behind the scenes of an exchange that `exchange up` started here: its databases and its broker, as somebody
 * reaches them who has its folder. To break what no client could.
 */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { must } from "./decimals.mjs";

const run = promisify(execFile);
const VHOST = "exchange";

/** The values of a TOML file that has no more than tables of text and numbers. */
async function valuesOf(file) {
  const values = {};
  let table = "";
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    const name = /^\[(.+)\]$/.exec(line)?.[1];
    if (name !== undefined) table = `${name}.`;
    const [, key, value] = /^([\w-]+) = "?([^"]*)"?$/.exec(line) ?? [];
    if (key !== undefined) values[`${table}${key}`] = value;
  }
  return values;
}

export class Backstage {
  static async open(folder) {
    const [ports, secrets] = await Promise.all(
      ["ports.toml", "secrets.toml"].map((file) => valuesOf(path.join(folder, ".exchange", file))),
    );
    return Object.assign(new Backstage(), { ports, secrets });
  }

  /** In a service's own database, by its own role. Answers the first column's lines. */
  async sql(service, statement) {
    const role = `exchange_${service}`;
    const env = { ...process.env, PGPASSWORD: this.secrets[`secrets.database.${service}`] };
    const where = ["-h", "127.0.0.1", "-p", this.ports.postgres, "-U", role, "-d", role];
    const { stdout } = await run("psql", [...where, "-qtAc", statement], { env });
    return stdout.trim();
  }

  /** As the broker's administrator, over its management interface. */
  async broker(method, resource, body) {
    const password = this.secrets["secrets.broker.administrator"];
    const url = `http://127.0.0.1:${this.ports.management}/api/${resource}`;
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`administrator:${password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: body && JSON.stringify(body),
    });
    must(answer.ok, `${method} ${resource} of the broker answered ${answer.status}`);
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  /** A stream's messages reach nobody until what this answers is called. */
  async cut(exchange, key, queue) {
    const bindings = `bindings/${VHOST}/e/${exchange}/q/${queue}`;
    await this.broker("DELETE", `${bindings}/${encodeURIComponent(key)}`);
    return () => this.broker("POST", bindings, { routing_key: key });
  }

  /** A word of a message in a table, put in the place of another. */
  reword(service, table, message, from, to) {
    const text = "convert_from(body, 'UTF8')";
    return this.sql(
      service,
      `update ${table} set body = convert_to(replace(${text}, '${from}', '${to}'), 'UTF8') ` +
        `where position('${message}' in ${text}) > 0`,
    );
  }
}
