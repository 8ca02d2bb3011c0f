/* bittorrent-tracker answering announces over UDP on loopback: {"event": "ready", "port"}. */
import Server from "bittorrent-tracker/server";
import { tell } from "./foreign-meter.mjs";

const server = new Server({ udp: true, http: false, ws: false, stats: false });
server.on("error", (error) => {
  throw error;
});
server.on("warning", () => {});
server.listen(0, { udp: "127.0.0.1", udp6: "::1" }, () =>
  tell({ event: "ready", port: server.udp.address().port }),
);
