import type { PeerStatus } from "../../../node/core/engine-status.ts";
import { addressGroup } from "../../../wire/address-scope.ts";
import { isSpecial } from "../../../node/testing/addresses.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import type { Violations } from "./violations.ts";

/** How often bounds are looked at, in virtual time. */
export const LOOK_INTERVAL_MS = 10_000;

const STEP_MS = 5_000;
const FAST_STEP_MS = 1_000;
const MAX_CANDIDATES = 1_024;
const MAX_PER_NARROW_GROUP = 2;
const MAX_PER_WIDE_GROUP = 4;
const MAX_PER_WIDE_GROUP_IN_ALL = 10;
/** Names of counters are written in the code: no datagram adds one. */
const MAX_COUNTERS = 250;

/** What was seen of a node at the last look; the walk is judged only over a whole interval of one run. */
interface Look {
  engine: unknown;
  steps: number;
}

/** Looks at each node from time to time: tables, groups, the number of steps, the clock. */
export class Bounds {
  readonly #violations: Violations;
  /** By node. BOUNDED: by the world's nodes. */
  readonly #looks = new Map<SimNode, Look>();
  /** By node. BOUNDED: by the world's nodes and how often they move. */
  readonly #groups = new Map<SimNode, Set<string>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** `highestTime`: what the bundles ever made allow a clock to be. */
  look(node: SimNode, now: number, highestTime: number): void {
    if (!node.running || node.paused) return void this.#looks.delete(node);
    const add = (rule: "bounds" | "pace" | "clock", detail: string): void => {
      this.#violations.add(rule, now, node.name, detail);
    };
    const steps = node.engine.counters.get("steps") ?? 0;
    this.#judgePace(node, steps, add);
    this.#looks.set(node, { engine: node.engine, steps });
    const { clock } = node.memberships[0]!.store;
    if (clock > highestTime) add("clock", `${clock}, where ${highestTime} is plausible`);
    const [overlay] = node.engine.overlays();
    const { tracker, contacted, requested, introduced } = overlay!.candidates;
    const candidates = contacted + requested + introduced;
    if (candidates > MAX_CANDIDATES) add("bounds", `${candidates} candidates`);
    if (tracker > 64) add("bounds", `${tracker} trackers`);
    const { size } = node.engine.counters;
    if (size > MAX_COUNTERS) add("bounds", `${size} counters`);
    const peers = node.engine.peers(overlay!.overlay);
    const crowded = crowdedGroup(peers, this.#groups.get(node));
    if (crowded !== undefined) add("bounds", crowded);
  }

  /** Something happened to a node that excuses its walk until the next look but one. */
  disturbed(node: SimNode): void {
    this.#looks.delete(node);
  }

  /** What a node was told of its networks: its neighbours, old ones included, count in no group. */
  told(node: SimNode, networks: readonly { ip: Uint8Array }[]): void {
    const groups = this.#groups.get(node) ?? new Set<string>();
    this.#groups.set(node, groups);
    for (const { ip } of networks) groups.add(addressGroup(ip));
  }

  #judgePace(node: SimNode, steps: number, add: (rule: "pace", detail: string) => void): void {
    const last = this.#looks.get(node);
    if (last === undefined || last.engine !== node.engine) return;
    const taken = steps - last.steps;
    // Less one for where the interval begins, plus one for where it ends.
    const least = LOOK_INTERVAL_MS / STEP_MS - 1;
    const most = LOOK_INTERVAL_MS / FAST_STEP_MS + 1;
    if (taken < least || taken > most) add("pace", `${taken} steps in ${LOOK_INTERVAL_MS} ms`);
  }
}

/** A group of public addresses that has more than its share of a bucket; undefined when none has. */
function crowdedGroup(
  peers: PeerStatus[],
  own: ReadonlySet<string> | undefined,
): string | undefined {
  const counts = new Map<string, number>();
  const count = (group: string, most: number): string | undefined => {
    const now = (counts.get(group) ?? 0) + 1;
    counts.set(group, now);
    return now > most ? `${now} candidates of group ${group}` : undefined;
  };
  for (const { address, bucket } of peers) {
    if (bucket === "tracker" || isSpecial(address)) continue;
    if (own?.has(addressGroup(address.ip)) === true) continue;
    const wide = addressGroup(address.ip, "wide");
    const crowded =
      count(`${bucket} ${addressGroup(address.ip)}`, MAX_PER_NARROW_GROUP) ??
      count(`${bucket} ${wide}`, MAX_PER_WIDE_GROUP) ??
      count(`all ${wide}`, MAX_PER_WIDE_GROUP_IN_ALL);
    if (crowded !== undefined) return crowded;
  }
  return undefined;
}
