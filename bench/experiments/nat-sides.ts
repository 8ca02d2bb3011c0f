import { punctureOpens } from "../analysis/nat-shares.ts";
import { KIND_NAMES, KINDS, NAT_KINDS, type NatKind } from "../sim/nat-kinds.ts";
import type { HostOptions, World } from "../sim/world.ts";

/** Where a node of a pair is. */
export type Side = NatKind | "same-lan" | "double-nat" | "hairpin";

export const SIDE_NAMES: Record<Side, string> = {
  ...KIND_NAMES,
  "same-lan": "both behind one apdf device that does not hairpin",
  "double-nat": "an apdf device behind an apdf-np device",
  hairpin:
    "each behind an apdf device of its own, both of which are behind one apdf-np device that hairpins",
};

/** All ordered pairs of kinds, and what there is besides. */
export const PAIRS: readonly (readonly [Side, Side])[] = [
  ...KINDS.flatMap((a) => KINDS.map((b) => [a, b] as const)),
  ["same-lan", "same-lan"],
  ["hairpin", "hairpin"],
  ["double-nat", "double-nat"],
  ["double-nat", "apdf"],
  ["apdf", "double-nat"],
  ["double-nat", "rnd"],
  ["rnd", "double-nat"],
];

/** Puts the devices of both sides into the world and says behind what their nodes are. */
export function placePair(world: World, a: Side, b: Side): [HostOptions, HostOptions] {
  if (a === "same-lan") {
    const lan = world.addLan("apdf");
    return [{ lan }, { lan }];
  }
  if (a === "hairpin") {
    const outer = world.addLan({ ...NAT_KINDS["apdf-np"], hairpin: true });
    return [{ lan: world.addLan("apdf", { outer }) }, { lan: world.addLan("apdf", { outer }) }];
  }
  return [place(world, a), place(world, b)];
}

function place(world: World, side: Side): HostOptions {
  if (side !== "double-nat") return { nat: side as NatKind };
  return { lan: world.addLan("apdf", { outer: world.addLan("apdf-np") }) };
}

/** Whether plain puncturing should open a path: with several layers, as between the strictest ones. */
export function opens(a: Side, b: Side): boolean {
  if (a === "same-lan") return true;
  return punctureOpens(strictest(a), strictest(b));
}

function strictest(side: Side): NatKind {
  return side === "double-nat" || side === "hairpin" ? "apdf-np" : (side as NatKind);
}
