import { World } from "../../node/testing/world.ts";
import { ADAPTIVE, DISPERSY } from "../../node/core/profile.ts";
import { decode } from "../../wire/decode.ts";
import type { Address } from "../../wire/address.ts";
import { perKind, type Message, type MessageKind } from "../../wire/message.ts";
import { crypto, OVERLAY_KEY, OVERLAY_SECRET, OVERLAY_HEX } from "./rig.ts";

const RUN_MS = 120_000;
/** Of each kind; requests with and without an offer and so on come by themselves. */
const MAX_PER_KIND = 120;

export interface Recorded {
  readonly from: Address;
  readonly bytes: Uint8Array;
  readonly message: Message;
}

export const KINDS = Object.keys(perKind(() => true)) as readonly MessageKind[];

/** Genuine datagrams of every kind, as a small overlay with a tracker, NATs, a LAN and both profiles sends them. */
export function record(seed: number): Recorded[] {
  const world = new World({ seed, crypto });
  const overlay = { secret: OVERLAY_SECRET, key: OVERLAY_KEY, id: OVERLAY_HEX };
  const insider = world.insider(overlay);
  const byKind = new Map<MessageKind, Recorded[]>(KINDS.map((kind) => [kind, []]));
  world.network.onDatagram(({ from, bytes }) => {
    const clear = insider.open(bytes);
    const decoded = clear === undefined ? undefined : decode(clear);
    if (decoded === undefined || "rejected" in decoded) return;
    const { message } = decoded;
    const recorded = byKind.get(message.kind)!;
    if (recorded.length < MAX_PER_KIND) recorded.push({ from, bytes: clear!, message });
  });
  const seeds = [world.addTracker()];
  const lan = world.addLan("apdf");
  const founder = world.addNode({ overlay, founder: true, seeds });
  const nodes = [
    founder,
    world.addNode({ overlay, nat: "apdf", seeds }),
    world.addNode({ overlay, nat: "rnd", seeds, profile: DISPERSY }),
    world.addNode({ overlay, lan, seeds, profile: ADAPTIVE }),
    world.addNode({ overlay, lan, seeds }),
  ];
  for (let part = 1; part <= 4; part++) {
    world.run((RUN_MS * part) / 5);
    for (const node of nodes) world.publish(node, 5);
  }
  world.run(RUN_MS);
  for (const [kind, recorded] of byKind) {
    if (recorded.length === 0) throw new Error(`no ${kind} was recorded`);
  }
  return [...byKind.values()].flat();
}
