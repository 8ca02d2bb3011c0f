// The joining side of `cold`, a process of its own: `cold-joiner HOME TICKET BUNDLES PROFILE LIMIT_MS`. It says how far
// it is, and what it took when it has everything, or the time is over.
import { Node } from "../../node/host/node/node.ts";
import { meter, tell } from "../peers/meter.ts";

const CURVE_POINTS = 100;

const [, , home = "", ticket = "", total = "0", name, limitMs = "0"] = process.argv;
const bundles = Number(total);
const interval = Math.max(1, Math.floor(bundles / CURVE_POINTS));
const profile = name === "dispersy" ? name : "adaptive";
const { begin } = meter();
const openedMs = performance.now();
begin();
const node = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent", profile });
let found = 0;
const ended = new Promise<void>((resolve) => {
  node.subscribe(({ event, ...rest }) => {
    if (event !== "bundle" || !("bundle" in rest)) return;
    if (rest.bundle.header.content.kind !== "data") return;
    found++;
    if (found % interval === 0) tell({ event: "found", seconds: seconds(), found });
    if (found === bundles) resolve();
  });
  setTimeout(resolve, Number(limitMs)).unref();
});
const startMs = performance.now();
await node.join(ticket);

await ended;
const took = seconds();
const { traffic, counters } = node.status();
const offers = (counters["offer paid"] ?? 0) + (counters["offer brought nothing"] ?? 0);
const bytes = traffic.rxBytes + traffic.txBytes;
await node.close();
const wholeSeconds = (performance.now() - openedMs) / 1_000;
tell({ event: "ended", seconds: took, wholeSeconds, found, offers, bytes });

function seconds(): number {
  return (performance.now() - startMs) / 1_000;
}
