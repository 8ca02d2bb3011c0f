import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import type { Address } from "../../wire/address.ts";
import { utf8 } from "../../wire/bytes.ts";
import { type Attack, addressesOf } from "./eclipse-addresses.ts";
import { MAX_BOOTSTRAP } from "../../node/walk/walker.ts";
import { shuffled } from "../../nat/search/shuffled.ts";
import type { Random } from "../../wire/crypto.ts";
import { Eclipser } from "../sim/hostile/eclipser.ts";

export interface RestartOptions {
  seed: number;
  /** Honest nodes, the victim not counted. */
  nodes: number;
  attack: Attack;
  profile?: Profile;
}

export interface RestartRun {
  /** Until what was published at the victim's start reached it; null: not within LIMIT_MS. */
  firstMs: number | null;
  /** Addresses it asked until then, those of the start included. */
  asked: number;
  /** Introductions that reached it until then, and how many of them named an attacker. */
  introductions: number;
  hostileIntroductions: number;
}

/** As many as the real host writes down. */
const REMEMBERED = 64;
/** Of those whom the victim remembers. */
const HOSTILE_SHARE = 0.9;
/** The honest nodes know each other by then. */
const WARM_UP_MS = 4_000;
/** And the attacker is known to them. */
const ATTACKED_MS = 10_000;
/** Three lifetimes of a contact, 36 steps: who has heard from nobody honest by then is eclipsed. */
const LIMIT_MS = 180_000;
/** Against each honest node. */
const ATTACKERS_PER_BYSTANDER = 8;

/**
 * A victim that starts again after a long attack, when nobody honest remembers it and there is no tracker: all that it
 * has is the list that it wrote down, nine in ten of which are the attacker's.
 */
export function runRestart({
  seed,
  nodes,
  attack,
  profile = ADAPTIVE,
}: RestartOptions): RestartRun {
  const world = new World({ seed, link: { jitterMs: 10 } });
  const overlay = world.overlay({ public: true });
  const first = world.addNode({ overlay, founder: true, profile });
  const others = Array.from({ length: nodes - 1 }, () =>
    world.addNode({ overlay, seeds: [first], profile }),
  );
  const honest = [first, ...others];
  const victim = world.addNode({ name: "victim", overlay, profile, startMs: Infinity });
  const addresses = addressesOf(attack, { attackers: REMEMBERED, nodes });
  const eclipser = new Eclipser({ world, overlay, addresses });
  world.run(WARM_UP_MS);
  for (const { publicAddress } of honest) eclipser.attack(publicAddress, ATTACKERS_PER_BYSTANDER);
  world.run(world.now + ATTACKED_MS);
  victim.memberships[0]!.config.remembered = written(addresses, honest, world.random("written"));
  return observe(world, victim, honest[seed % nodes]!, new Set(addresses.map(({ key }) => key)));
}

/** The newest, as many as a start asks, are the attacker's; the honest are anywhere behind them. */
function written(
  hostile: readonly Address[],
  honest: readonly SimNode[],
  random: Random,
): Address[] {
  const kept = Math.ceil(honest.length / (1 - HOSTILE_SHARE)) - honest.length;
  const others = [
    ...hostile.slice(MAX_BOOTSTRAP, Math.min(kept, REMEMBERED - honest.length)),
    ...honest.map(({ publicAddress }) => publicAddress),
  ];
  const drawn = [...shuffled(0, others.length - 1, random, others.length)];
  return [...hostile.slice(0, MAX_BOOTSTRAP), ...drawn.map((at) => others[at]!)];
}

/** Starts the victim, publishes at an honest node, and looks until that has come or nobody waits any more. */
function observe(
  world: World,
  victim: SimNode,
  author: SimNode,
  attackers: ReadonlySet<string>,
): RestartRun {
  const asked = new Set<string>();
  const seen = { introductions: 0, hostileIntroductions: 0 };
  world.network.onDatagram(({ sender, to, bytes }) => {
    const isOurs = sender === victim.endpoints[0];
    if (!isOurs && to.key !== victim.publicAddress.key) return;
    const decoded = world.decode(bytes);
    if ("rejected" in decoded) return;
    const { message } = decoded;
    if (isOurs && message.kind === "introduction-request") asked.add(to.key);
    if (isOurs || message.kind !== "introduction-response" || !message.introduction) return;
    seen.introductions++;
    if (attackers.has(message.introduction.address.key)) seen.hostileIntroductions++;
  });
  const beginMs = world.now;
  let published: string | undefined;
  let firstMs: number | null = null;
  author.onEvent((event) => {
    if (event.event === "published") published = event.bundles[0]!.key;
  });
  victim.onEvent((event) => {
    if (event.event === "bundle" && event.bundle.key === published) firstMs = world.now - beginMs;
  });
  world.publish(author, [utf8("news")]);
  victim.start();
  world.runUntil(() => firstMs !== null, beginMs + LIMIT_MS);
  return { firstMs, asked: asked.size, ...seen };
}
