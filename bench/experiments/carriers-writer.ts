// Writes what `carriers` syncs, a process of its own: `carriers-writer HOME BUNDLES PAYLOAD`.
import { Node } from "../../node/host/node/node.ts";
import { utf8 } from "../../wire/bytes.ts";
import { meter, tell } from "../peers/meter.ts";

/** A million at once would take gigabytes of memory. */
const PART = 10_000;

const [, , home = "", bundles = "0", payload = "0"] = process.argv;
meter();
const node = await Node.open({ home, offline: true, logLevel: "silent" });
const { overlay } = await node.createOverlay();
const total = Number(bundles);
for (let made = 0; made < total; made += PART) {
  const payloads = Array.from({ length: Math.min(PART, total - made) }, (_, i) =>
    utf8(`${made + i}`.padEnd(Number(payload))),
  );
  await node.put(overlay, payloads);
  tell({ event: "made", bundles: made + payloads.length });
}
const ticket = node.ticket(overlay);
process.once("disconnect", () => void node.close());
tell({ event: "written", ticket });
