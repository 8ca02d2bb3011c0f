import { EXIT, UserError } from "../../node/host/errors.ts";
import { searchOpens } from "../analysis/nat-shares.ts";
import {
  KIND_NAMES,
  KINDS,
  LINUX_TIMERS,
  NAT_KINDS,
  type NatBehaviour,
  type NatKind,
} from "../../node/testing/nat-kinds.ts";
import type { HostOptions, World } from "../../node/testing/world.ts";

/** What a side may be besides the kinds. */
export const PLACE_NAMES: Readonly<Record<string, string>> = {
  "same-lan": "both behind one apdf device that does not hairpin",
  hairpin:
    "each behind an apdf device of its own, both of which are behind one apdf-np device that hairpins",
  "double-nat": "an apdf device behind an apdf-np device",
};

export const SIDE_NAMES: Readonly<Record<string, string>> = { ...KIND_NAMES, ...PLACE_NAMES };

/** What a kind may be changed by: `rnd+limit=50`. */
const CHANGES: Readonly<Record<string, (value: number) => Partial<NatBehaviour>>> = {
  poisonable: () => ({ poisonable: true }),
  portmap: () => ({ portMapping: true }),
  linux: () => LINUX_TIMERS,
  quota: (sessionQuota) => ({ sessionQuota }),
  limit: (perS) => ({ newFlowLimit: { perS, burst: perS } }),
  drift: (foreignAllocations) => ({ foreignAllocations }),
  foreign: (foreignPerS) => ({ foreignPerS }),
  delta: (portDelta) => ({ portDelta }),
  block: (blockPorts) => ({ blockPorts }),
};

/** What a side may have besides its NAT, of use when both have it: a public IPv6 address behind a firewall. */
const IPV6 = "ipv6";

/** A firewall lets out the Web and names only, ports 443 and 53: no UDP passes that is of use. */
const WEB = "web";

/** An ordered pair of sides: a kind, perhaps changed, or a place. */
export type Pair = readonly [string, string];

/** All ordered pairs of kinds, and what there is besides. */
export const PAIRS: readonly Pair[] = [
  ...KINDS.flatMap((a) => KINDS.map((b): Pair => [a, b])),
  ["same-lan", "same-lan"],
  ["hairpin", "hairpin"],
  ["double-nat", "double-nat"],
  ["double-nat", "apdf"],
  ["apdf", "double-nat"],
  ["double-nat", "rnd"],
  ["rnd", "double-nat"],
];

/** Whether both sides are kinds, and no places. */
export function isKinds(pair: Pair): boolean {
  return pair.every((side) => !(side in PLACE_NAMES));
}

/** Reads `apdf:rnd,seq+drift=15:seq+poisonable+delta=2`. Throws a UserError. */
export function parsePairs(text: string): Pair[] {
  return text.split(",").map((part) => {
    const [a, b, ...rest] = part.trim().split(":");
    if (a === undefined || b === undefined || rest.length > 0) throw unknown(part);
    const isShared = (side: string): boolean => side === "same-lan" || side === "hairpin";
    if ((isShared(a) || isShared(b)) && a !== b) throw unknown(part);
    for (const side of [a, b]) if (!(side in PLACE_NAMES)) behaviourOf(side);
    return [a, b];
  });
}

/** Puts the devices of both sides into the world and says behind what their nodes are. */
export function placePair(world: World, [a, b]: Pair): [HostOptions, HostOptions] {
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

/** Whether any strategy can open a path: with several layers, as between the strictest ones. */
export function opens([a, b]: Pair): boolean {
  if (a === "same-lan" || [a, b].some((side) => has(side, "portmap"))) return true;
  return [a, b].every((side) => has(side, IPV6)) || searchOpens(strictest(a), strictest(b));
}

/** Whether a side is changed by that. */
export function has(side: string, change: string): boolean {
  return side.split("+").slice(1).includes(change);
}

/** Whether no UDP gets out of a side. */
export function isBlocked(side: string): boolean {
  return kindOf(side) === "blocked" || has(side, WEB);
}

function place(world: World, side: string): HostOptions {
  const ipv6 = has(side, IPV6) ? ({ ipv6: "firewalled" } as const) : {};
  if (side !== "double-nat") return { nat: behaviourOf(side), ...ipv6 };
  return { lan: world.addLan("apdf", { outer: world.addLan("apdf-np") }) };
}

function strictest(side: string): NatKind {
  if (side in PLACE_NAMES) return "apdf-np";
  return isBlocked(side) ? "blocked" : kindOf(side);
}

/** What a side is before it is changed. */
export function kindOf(side: string): NatKind {
  return side.split("+")[0] as NatKind;
}

function behaviourOf(side: string): NatBehaviour | "open" {
  const [kind, ...changes] = side.split("+") as [string, ...string[]];
  if (kind === "open" && changes.length === 0) return "open";
  if (kind === "open" || !(KINDS as readonly string[]).includes(kind)) throw unknown(side);
  const behaviour = { ...NAT_KINDS[kind as Exclude<NatKind, "open">] };
  for (const change of changes) {
    if (change === IPV6) continue;
    if (change === WEB) {
      Object.assign(behaviour, NAT_KINDS.blocked);
      continue;
    }
    const [, name = "", value = "1"] = /^([a-z]+)(?:=([1-9][0-9]{0,5}))?$/.exec(change) ?? [];
    const changed = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
    if (changed === undefined) throw unknown(side);
    Object.assign(behaviour, changed(Number(value)));
  }
  return behaviour;
}

function unknown(what: string): UserError {
  return new UserError(
    `"${what}" is no pair of NATs, nor a side of one.`,
    `Like apdf:rnd+limit=50. Sides: ${Object.keys(SIDE_NAMES).join(", ")}; changes: ` +
      `${[...Object.keys(CHANGES), IPV6, WEB].join(", ")}.`,
    EXIT.usage,
  );
}
