/**
 * Writes what crosses the wire as TypeScript, from the documents that the gateway's tests keep true.
 * With `--check` it writes nothing, and fails where what is there is not what it would write.
 */

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";

const DOCUMENTS = { rest: "openapi.json", push: "asyncapi-push.json" };
const here = (path) => new URL(path, import.meta.url);

/** The types alone: of both kinds of document they are in the same place. */
async function typesOf(name) {
  const text = await readFile(here(`../../docs/${name}`), "utf8");
  const { info, components } = JSON.parse(text);
  const document = {
    openapi: "3.1.0",
    info,
    paths: {},
    components: { schemas: components.schemas },
  };
  // An object of which nothing more is said may have anything.
  const how = { alphabetize: true, exportType: true, emptyObjectsUnknown: true };
  const types = await openapiTS(document, how);
  return `/** Made from docs/${name} by \`npm run wire\`. */\n\n${astToString(types)}`;
}

const isCheck = process.argv.includes("--check");
for (const [name, document] of Object.entries(DOCUMENTS)) {
  const file = here(`src/wire/${name}.ts`);
  const style = await resolveConfig(file);
  const text = await format(await typesOf(document), { ...style, parser: "typescript" });
  if (text === (await readFile(file, "utf8").catch(() => ""))) continue;
  if (isCheck) {
    console.error(`src/wire/${name}.ts is older than docs/${document}: npm run wire`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
  }
}
