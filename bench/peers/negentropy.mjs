/*
 * negentropy, both sides in this process: `negentropy.mjs FILE`. FILE holds 41 bytes for each item: its time (8,
 * big-endian), its id (32), and who holds it: 1 the asking side, 2 the answering one, 3 both. Told a frame limit in
 * bytes (0: none), it says what finding the differences took.
 *
 * The code is the reference's own (hoytech/negentropy, MIT), which is on npm only within a package that carries it.
 */
import nodeCrypto from "node:crypto";
import { readFileSync } from "node:fs";
import { tell } from "./foreign-meter.mjs";

// It was written for modules of another kind, where `crypto` is Node's, whose hashes are the fast ones.
Object.defineProperty(globalThis, "crypto", { value: nodeCrypto });
const { Negentropy, NegentropyStorageVector } =
  await import("@welshman/net/dist/net/src/negentropy.js");

const ITEM_BYTES = 41;
const items = readFileSync(process.argv[2]);
const sides = [1, 2].map(sideOf);
process.on("message", async (message) => {
  if (typeof message === "object") tell({ event: "found", ...(await run(message.frameBytes)) });
});
tell({ event: "ready" });

/** Sorted beforehand, as a server has it: what is measured is the finding. */
function sideOf(side) {
  const storage = new NegentropyStorageVector();
  for (let at = 0; at < items.length; at += ITEM_BYTES) {
    const isHeld = (items[at + ITEM_BYTES - 1] & side) !== 0;
    const id = Uint8Array.from(items.subarray(at + 8, at + 40));
    if (isHeld) storage.insert(Number(items.readBigUInt64BE(at)), id);
  }
  storage.seal();
  return storage;
}

async function run(frameBytes) {
  const before = process.cpuUsage();
  const [asking, answering] = sides.map((storage) => new Negentropy(storage, frameBytes));
  const found = { messages: 0, bytes: 0, largest: 0, have: 0, need: 0 };
  const sent = (message) => {
    found.messages++;
    found.bytes += message.length;
    found.largest = Math.max(found.largest, message.length);
    return message;
  };
  asking.wantUint8ArrayOutput = true;
  answering.wantUint8ArrayOutput = true;
  for (let query = await asking.initiate(); query !== null;) {
    const [answer] = await answering.reconcile(sent(query));
    const [next, have, need] = await asking.reconcile(sent(answer));
    found.have += have.length;
    found.need += need.length;
    query = next;
  }
  const { user, system } = process.cpuUsage(before);
  return { ...found, cpuSeconds: (user + system) / 1e6 };
}
