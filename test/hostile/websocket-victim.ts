// A node that takes WebSockets and has UDP, in a process of its own: what it takes of memory is its own.
// `websocket-victim HOME BUNDLES [CERTIFICATE KEY]`
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Node } from "../../node/host/node/node.ts";
import { utf8 } from "../../wire/bytes.ts";

/** What it says when asked. */
export interface VictimState {
  rssBytes: number;
  /** User and system, since it was last asked. */
  cpuMs: number;
  /** The most that its event loop was late since it was last asked. */
  lateMs: number;
  connections: number;
  counters: Record<string, number>;
}

const [, , home = "", bundles = "0", certificate, key] = process.argv;
const tls = certificate === undefined ? undefined : { certificate, key: key! };
const node = await Node.open({
  home,
  listen: "127.0.0.1:0",
  logLevel: "silent",
  portmap: false,
  ws: { listen: { host: "127.0.0.1", port: 0, path: "/dispersy", ...(tls && { tls }) } },
});
const { overlay } = await node.createOverlay();
await node.put(
  overlay,
  Array.from({ length: Number(bundles) }, (_, i) => utf8(`${i}`.padEnd(111))),
);
const late = monitorEventLoopDelay({ resolution: 5 });
late.enable();
let cpu = process.cpuUsage();
process.on("message", () => {
  const { webSockets, counters } = node.status();
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  const state: VictimState = {
    rssBytes: process.memoryUsage().rss,
    cpuMs: (user + system) / 1_000,
    lateMs: late.max / 1e6,
    connections: webSockets!.connections,
    counters: counters as Record<string, number>,
  };
  late.reset();
  process.send!(state);
});
process.once("disconnect", () => void node.close().then(() => process.exit()));
process.send!({ ticket: node.ticket(), port: Number(node.webSockets!.split(":").at(-1)) });
