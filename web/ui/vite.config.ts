import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const EXCHANGE = "http://localhost:3000";

export default defineConfig({
  plugins: [react()],
  // Nothing becomes a data: address, so the page runs under `default-src 'self'`.
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: {
      // An object: the short form would change the origin, and web refuses foreign ones.
      "/api": { target: EXCHANGE },
      "/socket.io": { target: EXCHANGE, ws: true },
    },
  },
  test: {
    // Speed is not what they test, and CI's machine may be busy.
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    // Only what draws needs a document, and to make one takes a second.
    projects: [
      {
        extends: true,
        test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "components",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
        },
      },
    ],
  },
});
