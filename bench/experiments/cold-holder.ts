// The holding side of `cold`, a process of its own: `cold-holder HOME BUNDLES PAYLOAD PROFILE PRIVACY`. It says the
// ticket when everything is on disk.
import { Node } from "../../node/host/node/node.ts";
import { utf8 } from "../../wire/bytes.ts";
import { meter, tell } from "../peers/meter.ts";

/** A million at once would take gigabytes of memory. */
const PART = 10_000;

const [, , home = "", bundles = "0", payload = "0", name, privacy] = process.argv;
const profile = name === "dispersy" ? name : "adaptive";
meter();
const node = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent", profile });
const { overlay } = await node.createOverlay({ public: privacy !== "private" });
const total = Number(bundles);
for (let made = 0; made < total; made += PART) {
  const payloads = Array.from({ length: Math.min(PART, total - made) }, (_, i) =>
    utf8(`${made + i}`.padEnd(Number(payload))),
  );
  await node.put(overlay, payloads);
  tell({ event: "written", bundles: made + payloads.length });
}
process.once("disconnect", () => void node.close());
tell({ event: "ready", ticket: node.ticket(overlay), overlay });
