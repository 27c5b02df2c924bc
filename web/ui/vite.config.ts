import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const EXCHANGE = "http://localhost:3000";

export default defineConfig({
  plugins: [react()],
  // Nothing becomes a data: address, so the page runs under `default-src 'self'`.
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: {
      "/api": EXCHANGE,
      "/socket.io": { target: EXCHANGE, ws: true },
    },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
