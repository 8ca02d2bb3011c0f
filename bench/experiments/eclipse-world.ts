import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import type { Address } from "../../wire/address.ts";
import { utf8 } from "../../wire/bytes.ts";
import { type Attack, addressesOf } from "./eclipse-addresses.ts";
import { Eclipser } from "../sim/hostile/eclipser.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

export interface EclipseOptions {
  seed: number;
  /** Honest nodes, the victim not counted. */
  nodes: number;
  /** Undefined: nobody attacks. */
  attack: Attack | undefined;
  /** Addresses that the attacker uses against the victim at a time. */
  attackers: number;
  /** Whether the victim is stopped under attack, and started again when nobody honest remembers it. */
  restart: boolean;
  /** Whether the tracker is gone when the victim starts again. */
  trackerDies: boolean;
  profile?: Profile;
}

export interface EclipseRun {
  /** Steps of the victim while measured, without its start, and how many of them went to attackers and trackers. */
  steps: number;
  attackerSteps: number;
  trackerSteps: number;
  /** Its contacts, added up over the moments at which it was looked at, and the attackers among them. */
  contacts: number;
  attackerContacts: number;
  /** Per INTERVAL_MS from the beginning of the world: steps, and those to attackers. */
  timeline: { steps: number; attackerSteps: number }[];
  /**
   * Milliseconds until each bundle published while measured reached the victim; those that never did count until the
   * end.
   */
  delaysMs: number[];
  missing: number;
  /** The victim knew only attackers for the last ISOLATED_MS, and no bundle made in that time reached it. */
  eclipsed: boolean;
}

/** Everybody knows everybody it needs by then. */
const WARM_UP_MS = 60_000;
/** Under attack before the victim is measured, or restarted. */
const ATTACKED_MS = 60_000;
/** All candidates of the others have expired by then: nobody honest asks the victim of its own accord. */
const DOWN_MS = 60_000;
const MEASURED_MS = 240_000;
/** The first requests of a start, all at once, and its fast steps are no measure of those that follow. */
const START_MS = 30_000;
/** For the last bundles. */
const DRAIN_MS = 40_000;
const PUBLISH_INTERVAL_MS = 15_000;
const LOOK_INTERVAL_MS = 5_000;
/** Longer than two lifetimes of a contacted candidate. */
const ISOLATED_MS = 120_000;
export const INTERVAL_MS = 30_000;
/** Requests to one address within this time are one exchange: the second datagram and the repetitions. */
const EXCHANGE_MS = 2_500;
/** As many as the real host writes down. */
const MAX_REMEMBERED = 64;
/** Against each honest node and the tracker, so that they name the attacker to the victim. */
const ATTACKERS_PER_BYSTANDER = 16;

/** One seed: honest nodes in a /16 each, a tracker that all know, a victim, and whoever attacks. */
export function runEclipse(options: EclipseOptions): EclipseRun {
  const { seed, nodes, restart, trackerDies, profile = ADAPTIVE } = options;
  const world = new World({ seed, link: { jitterMs: 10 } });
  const overlay = world.overlay({ public: true });
  const tracker = world.addTracker();
  const seeds = [tracker];
  const honest = Array.from({ length: nodes }, (_, i) => {
    return world.addNode({ overlay, founder: i === 0, seeds, profile });
  });
  const victim = world.addNode({ name: "victim", overlay, seeds, profile });
  const addresses = options.attack === undefined ? [] : addressesOf(options.attack, options);
  const observed = new Observed(
    world,
    victim,
    tracker.publicAddress,
    new Set(addresses.map(({ key }) => key)),
  );
  world.run(WARM_UP_MS);
  const remembered = remember(victim, []);
  if (addresses.length > 0) {
    const eclipser = new Eclipser({ world, overlay, addresses });
    eclipser.attack(victim.publicAddress, addresses.length);
    for (const bystander of [tracker, ...honest]) {
      eclipser.attack(bystander.publicAddress, ATTACKERS_PER_BYSTANDER);
    }
  }
  world.run(world.now + ATTACKED_MS);
  if (restart) {
    const peers = remember(victim, remembered);
    victim.stop();
    victim.memberships[0]!.config.remembered = peers;
    if (trackerDies) tracker.crash();
    world.run(world.now + DOWN_MS);
    victim.start();
  }
  return observed.measure(honest);
}

/** What the real host writes down from time to time: contacts, and those of earlier times after them. */
function remember({ engine, overlays }: SimNode, before: Address[]): Address[] {
  const peers = [...engine.contacts(overlays[0]!), ...before];
  return [...new Map(peers.map((peer) => [peer.key, peer])).values()].slice(0, MAX_REMEMBERED);
}

/** Watches the victim from outside: its datagrams, its candidates, and when bundles reach it. */
class Observed {
  readonly #world: World;
  readonly #victim: SimNode;
  readonly #attackers: ReadonlySet<string>;
  /** Steps: when, and whether to an attacker. */
  readonly #steps: { atMs: number; to: Address; hostile: boolean }[] = [];
  readonly #askedMs = new Map<string, number>();
  /** By bundle key. */
  readonly #arrivedMs = new Map<string, number>();
  #published: { key: string; atMs: number }[] = [];
  #knewHonestMs = 0;
  #isMeasuring = false;
  readonly #contacts = { all: 0, hostile: 0 };
  readonly #tracker: Address;

  constructor(world: World, victim: SimNode, tracker: Address, attackers: ReadonlySet<string>) {
    this.#world = world;
    this.#tracker = tracker;
    this.#victim = victim;
    this.#attackers = attackers;
    world.network.onDatagram(({ sender, to, bytes, sentMs }) => {
      if (sender === victim.endpoints[0]) this.#sent(to, bytes, sentMs);
    });
    victim.onEvent((event) => {
      if (event.event === "bundle") this.#arrivedMs.set(event.bundle.key, world.now);
    });
  }

  /** Publishes at the honest ones in a random order, and looks, until the end of the run. */
  measure(honest: SimNode[]): EclipseRun {
    const world = this.#world;
    for (const node of honest) {
      node.onEvent((event) => {
        if (event.event !== "published") return;
        for (const { key } of event.bundles) this.#published.push({ key, atMs: world.now });
      });
    }
    const beginMs = world.now;
    const endMs = beginMs + MEASURED_MS;
    this.#isMeasuring = true;
    const random = world.random("authors");
    for (let count = 0; world.now < endMs; count++) {
      const author = honest[random.below(honest.length)]!;
      world.publish(author, [utf8(`news ${count}`)]);
      this.#watch(world.now + PUBLISH_INTERVAL_MS);
    }
    this.#watch(endMs + DRAIN_MS);
    return this.#result(beginMs, endMs);
  }

  #watch(untilMs: number): void {
    while (this.#world.now < untilMs) {
      this.#world.run(Math.min(untilMs, this.#world.now + LOOK_INTERVAL_MS));
      const peers = this.#victim.engine.peers(this.#victim.overlays[0]!);
      const contacts = peers.filter(({ bucket }) => bucket === "contacted");
      const hostile = contacts.filter(({ address }) => this.#attackers.has(address.key)).length;
      if (hostile < contacts.length) this.#knewHonestMs = this.#world.now;
      if (!this.#isMeasuring) continue;
      this.#contacts.all += contacts.length;
      this.#contacts.hostile += hostile;
    }
  }

  #sent(to: Address, bytes: Uint8Array, sentMs: number): void {
    const decoded = this.#world.decode(bytes);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-request") return;
    if (!decoded.message.advice) return;
    const before = this.#askedMs.get(to.key) ?? -Infinity;
    if (sentMs - before < EXCHANGE_MS) return;
    this.#askedMs.set(to.key, sentMs);
    this.#steps.push({ atMs: sentMs, to, hostile: this.#attackers.has(to.key) });
  }

  #result(beginMs: number, endMs: number): EclipseRun {
    const { now } = this.#world;
    const fromMs = beginMs + START_MS;
    const measured = this.#steps.filter(({ atMs }) => atMs >= fromMs && atMs < endMs);
    const isolatedMs = now - ISOLATED_MS;
    const recent = this.#published.filter(({ atMs }) => atMs >= isolatedMs);
    const arrived = ({ key }: { key: string }) => this.#arrivedMs.get(key);
    return {
      steps: measured.length,
      attackerSteps: measured.filter(({ hostile }) => hostile).length,
      trackerSteps: measured.filter(({ to }) => to.key === this.#tracker.key).length,
      contacts: this.#contacts.all,
      attackerContacts: this.#contacts.hostile,
      timeline: this.#timeline(now),
      delaysMs: this.#published.map((bundle) => (arrived(bundle) ?? now) - bundle.atMs),
      missing: this.#published.filter((bundle) => arrived(bundle) === undefined).length,
      eclipsed:
        this.#knewHonestMs < isolatedMs && recent.every((one) => arrived(one) === undefined),
    };
  }

  #timeline(untilMs: number): EclipseRun["timeline"] {
    const count = Math.ceil(untilMs / INTERVAL_MS);
    const timeline = Array.from({ length: count }, () => ({ steps: 0, attackerSteps: 0 }));
    for (const { atMs, hostile } of this.#steps) {
      const interval = timeline[Math.floor(atMs / INTERVAL_MS)];
      if (interval === undefined) continue;
      interval.steps++;
      if (hostile) interval.attackerSteps++;
    }
    return timeline;
  }
}
