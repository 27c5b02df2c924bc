// A page of somebody else's: node foreign.mjs URL. Ends well when it is refused by every transport.
import { io } from "socket.io-client";

const url = process.argv[2];
for (const transport of ["polling", "websocket"]) {
  const socket = io(url, {
    transports: [transport],
    extraHeaders: { Origin: "https://evil.example" },
    reconnection: false,
  });
  const outcome = await new Promise((resolve) => {
    socket.on("connect", () => resolve("let in"));
    socket.on("connect_error", () => resolve("refused"));
    setTimeout(() => resolve("never answered"), 60_000);
  });
  socket.close();
  if (outcome !== "refused") {
    console.error(`${transport}: ${outcome}`);
    process.exit(1);
  }
}
process.exit(0);
