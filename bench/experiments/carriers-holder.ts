// The holding side of `carriers`, a process of its own: `carriers-holder CARRIER HOME [CERTIFICATE KEY]`.
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { syncThrough } from "../../node/cli/commands/sync.ts";
import { offlineSession } from "../../node/cli/offline.ts";
import { parseWebSocketListen } from "../../node/host/carriers/websocket-listen.ts";
import { Node, type NodeOptions } from "../../node/host/node/node.ts";
import { readTicket } from "../../node/host/node/read-ticket.ts";
import { formatTicket } from "../../wire/ticket.ts";
import { meter, tell } from "../peers/meter.ts";

/** Files in PEM. */
export interface Certificates {
  certificate: string;
  key: string;
}

const [, , carrier = "udp", home = "", certificate = "", key = ""] = process.argv;

/** TCP connections that were taken. BOUNDED: by those of one joiner. */
const taken: Socket[] = [];
subscribe("net.server.socket", (message) => taken.push((message as { socket: Socket }).socket));
meter();
process.on("message", (question) => {
  if (question !== "usage") return;
  const bytes = taken.reduce(
    (sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten,
    0,
  );
  tell({ event: "bytes", bytes });
});
const node = await Node.open({ home, logLevel: "silent", portmap: false, ...options() });
process.once("disconnect", () => void node.close().then(() => process.exit()));
// The certificate is for a name.
const { ws = [], ...ticket } = readTicket(node.ticket());
const places = ws.map((place) => ({ ...place, host: "localhost" }));
tell({ event: "ready", ticket: formatTicket({ ...ticket, ws: places }) });
if (carrier === "pipe") {
  const ends = { input: process.stdin, output: process.stdout };
  // Until the other end goes.
  await syncThrough(offlineSession(node), { follow: true }, ends).catch(() => {});
}

function options(): NodeOptions {
  if (carrier === "pipe") return { offline: true };
  if (carrier === "udp") return { listen: "127.0.0.1:0" };
  const listen = parseWebSocketListen("127.0.0.1:0");
  const tls = carrier === "wss" ? { certificate, key } : undefined;
  return { listen: "127.0.0.1:0", ws: { listen: { ...listen, ...(tls && { tls }) } } };
}
