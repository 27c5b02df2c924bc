/** How much script the first page loads, compressed, as `npm run build` made it. Fails past what it may be. */

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const MAX_KB = 250;
const inDist = (path) => readFile(new URL(`dist/${path}`, import.meta.url));

const page = String(await inDist("index.html"));
const paths = [...page.matchAll(/"\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
const sizes = await Promise.all(paths.map(async (path) => gzipSync(await inDist(path)).length));
const kb = sizes.reduce((sum, size) => sum + size, 0) / 1_000;
console.log(
  `${paths.length} scripts of the first page: ${kb.toFixed(1)} kB of ${MAX_KB} kB, compressed`,
);
if (paths.length === 0 || kb > MAX_KB) process.exitCode = 1;
