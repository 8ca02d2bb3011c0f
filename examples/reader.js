import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Node } from "dispersy";

const bytes = (text) => new TextEncoder().encode(text);
const home = mkdtempSync(join(tmpdir(), "dispersy-"));
const node = await Node.open({ home, offline: true });
await node.createOverlay();

await node.put(undefined, [bytes("at home")], { topic: "status", keep: 1 });
await node.put(undefined, [bytes("at work")], { topic: "status", keep: 1 }); // in place of the first
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
await node.put(undefined, [bytes("the code is 4711")], { expires: inAnHour });
const [asking] = await node.put(undefined, [bytes("water is off")], { receipt: true });

let last;
const print = ({ bundle, cursor }) => {
  console.log(new TextDecoder().decode(bundle.header.content.payload));
  last = cursor;
};
// Once each, nothing before what it follows, and on from here the next time: the home keeps the place of the name.
const reader = { order: "causal", name: "printer", follow: false };
await node.subscribe(print, reader).ended;
await node.subscribe(print, reader).ended;

await node.put(undefined, [bytes("water is on")]);
// On after a bundle that the program knows itself.
await node.subscribe(print, { order: "causal", since: last, follow: false }).ended;

const { by } = node.holding(undefined, asking);
console.log(`known to hold it: ${by.length} others`);
await node.close();
