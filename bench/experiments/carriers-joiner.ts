// The joining side of `carriers`, a process of its own: `carriers-joiner CARRIER HOME TICKET BUNDLES LIMIT_MS`. It says
// how far it is, and what it took when it has everything, or the time is over.
import type { Socket } from "node:net";
import { syncThrough } from "../../node/cli/commands/sync.ts";
import { offlineSession } from "../../node/cli/offline.ts";
import { Node } from "../../node/host/node/node.ts";
import { meter, tell } from "../peers/meter.ts";

const [, , carrier = "udp", home = "", ticket = "", total = "0", limitMs = "0"] = process.argv;
const bundles = Number(total);
const interval = Math.max(1, Math.floor(bundles / 20));
const { begin } = meter();
const isPipe = carrier === "pipe";
const isWebSocket = carrier === "ws" || carrier === "wss";
const node = await Node.open({
  home,
  logLevel: "silent",
  portmap: false,
  ...(isPipe ? { offline: true } : isWebSocket ? { wsOnly: true } : { listen: "127.0.0.1:0" }),
});
let found = 0;
const ended = new Promise<void>((resolve) => {
  node.subscribe((event) => {
    if (event.event !== "bundle" || event.bundle.header.content.kind !== "data") return;
    found++;
    if (found % interval === 0) tell({ event: "found", found });
    if (found === bundles) resolve();
  });
  setTimeout(resolve, Number(limitMs)).unref();
});
const startMs = performance.now();
begin();
await node.join(ticket);
const { stdin, stdout } = process;
let piped = 0;
if (isPipe) {
  stdin.on("data", (chunk: Buffer) => (piped += chunk.length));
  stdin.pause();
  const ends = { input: stdin, output: stdout };
  void syncThrough(offlineSession(node), { follow: true }, ends).catch(() => {});
}
await ended;
const seconds = (performance.now() - startMs) / 1_000;
process.once("disconnect", () => void node.close().then(() => process.exit()));
tell({ event: "ended", seconds, found, bytes: bytes() });

/** Both ways; of TCP the holder knows. */
function bytes(): number {
  const { traffic } = node.status();
  if (isPipe) return piped + (stdout as unknown as Socket).bytesWritten;
  return traffic.rxBytes + traffic.txBytes;
}
