import type { Churn } from "./churn.ts";
import type { DiskTroubles } from "../../node/testing/disk.ts";
import { CLOCK_LIARS, HOSTILE_KINDS, type HostileName } from "./hostile/kinds.ts";
import { DEFAULT_LINK, happens } from "../../node/testing/link.ts";
import { KINDS, NAT_KINDS, type NatBehaviour, type NatKind } from "../../node/testing/nat-kinds.ts";
import { PARTITION_MODES, type Partition } from "../../node/testing/partition.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { WeatherOptions } from "./weather.ts";

/** Something that happens again and again, at random, once in `meanMs` on average, and lasts up to `maxMs`. */
export interface Recurring {
  meanMs: number;
  maxMs: number;
}

export interface NodePlan {
  /** Whether it finds out of its own accord what its NAT does. */
  surveys: boolean;
  /** Undefined: not behind a NAT. */
  nat?: NatBehaviour;
  /** Behind the same NAT device as the node before. */
  sharesLan: boolean;
  profile: "dispersy" | "adaptive";
  /** When it first starts. */
  startMs: number;
  /** Whether it comes and goes, when the world has churn. */
  restless: boolean;
  /** Whether it runs the next version of the program, where versions are mixed. */
  newer: boolean;
}

/** A world and everything that will go wrong in it: what a seed stands for. Absent faults do not happen. */
export interface FaultPlan {
  seed: number;
  /** The first is the founder, is known to all, and keeps its public address. */
  nodes: NodePlan[];
  writers: "open" | "members";
  /** Whether what is published is sealed. */
  private: boolean;
  /** Whether the cipher is the one that ships, instead of one that hides nothing. */
  realCipher: boolean;
  trackers: ("honest" | "dead")[];
  hostile: HostileName[];
  /** Whether nodes were told to begin at hostile peers as well, who then say that they are trackers. */
  hostileTrackers: boolean;
  weather: WeatherOptions;
  /** How long faults last. */
  faultMs: number;
  /** Mean time between two publications of one node, and the largest payload. */
  publishing: { meanMs: number; maxBytes: number };
  /** Share of the bundles that expire or are superseded, and so are not kept for ever. */
  fleeting: number;
  /** Share of the bundles that ask for a receipt. */
  asking: number;
  /** Share of the publications that are messages for the moment. */
  passing: number;
  verifyDelayMs: number;
  partition?: Partition & Recurring;
  clogs?: Recurring;
  crashes?: Recurring;
  churn?: Churn;
  pauses?: Recurring;
  clockSteps?: Recurring;
  moves?: Recurring;
  disk?: DiskTroubles;
  /** A wall clock is a year ahead or behind for a moment: `maxMs`. */
  clockLeaps?: Recurring;
  /** A disk has too little room, or none. */
  fullDisks?: Recurring;
  /** A process has no file descriptors left: what needs a new one fails. */
  socketShortages?: Recurring;
}

/** The largest payload that has room for a topic's name, `keep` and a parent beside it. */
const MOST_WITH_TOPIC_BYTES = 870;
const MAX_HOSTILE = 5;
const HOSTILE_NAMES = Object.keys(HOSTILE_KINDS) as HostileName[];
/** A blocked node never comes into step. */
const NAT_NAMES = KINDS.filter((kind) => kind !== "blocked");
/** NATs that a plain puncture gets through. */
const EASY_NAT_NAMES = ["open", "eif", "adf", "apdf", "apdf-np"] as const satisfies NatKind[];
/** Worlds with the cipher that ships. */
const REAL_CIPHER_WORLDS = 1 / 8;
/** Searches of ports take most of the time of a world that has them. */
const HARD_WORLDS = 0.15;

/**
 * Draws a world from its seed. Each kind of fault is there or not, so that rare ones are also seen alone (swarm
 * testing).
 */
export function drawFaultPlan(seed: number): FaultPlan {
  const draw = new Draw(new SeededRandom(seed, "fault plan"));
  const faultMs = draw.between(60_000, 120_000);
  const profile = draw.pick(["adaptive", "dispersy", "mixed"] as const);
  const nodeCount = draw.whole(5, 20);
  const natNames = draw.coin(HARD_WORLDS) ? NAT_NAMES : EASY_NAT_NAMES;
  const newerShare = draw.coin(0.3) ? 0.5 : 0;
  const nodes = Array.from({ length: nodeCount }, (_, i) =>
    drawNode(draw, i, { profile, natNames, faultMs, newerShare }),
  );
  return {
    seed,
    nodes,
    writers: draw.pick(["open", "members"]),
    trackers: Array.from({ length: draw.whole(0, 2) }, () => draw.pick(["honest", "dead"])),
    hostile: drawHostile(draw),
    hostileTrackers: draw.coin(0.3),
    weather: drawWeather(draw),
    faultMs,
    publishing: {
      meanMs: draw.between(3_000, 20_000),
      maxBytes: draw.pick([16, 200, MOST_WITH_TOPIC_BYTES]),
    },
    fleeting: draw.pick([0, 0, 0.3]),
    verifyDelayMs: draw.pick([0, 0, 20]),
    ...draw.maybe("partition", () => ({
      mode: draw.pick(PARTITION_MODES),
      symmetric: draw.coin(0.5),
      ...draw.recurring([5_000, 40_000], [1_000, 60_000]),
    })),
    ...draw.maybe("clogs", () => draw.recurring([200, 5_000], [500, 20_000])),
    ...draw.maybe("crashes", () => draw.recurring([1_000, 30_000], [0, 20_000])),
    ...draw.maybe("churn", () => ({
      meanSessionMs: draw.between(10_000, 60_000),
      meanAbsenceMs: draw.between(1_000, 30_000),
      crash: draw.random.float(),
    })),
    ...draw.maybe("pauses", () => draw.recurring([2_000, 30_000], [100, 60_000])),
    ...draw.maybe("clockSteps", () => draw.recurring([2_000, 30_000], [1_000, 86_400_000])),
    ...draw.maybe("moves", () => draw.recurring([5_000, 40_000], [0, 5_000])),
    ...draw.maybe("disk", () => ({
      maxDelayMs: draw.pick([1, 50, 2_000]),
      failure: draw.pick([0, 0.02, 0.2]),
      survival: draw.random.float(),
    })),
    ...draw.maybe("clockLeaps", () => draw.recurring([2_000, 40_000], [2_000, 120_000])),
    ...draw.maybe("fullDisks", () => draw.recurring([500, 20_000], [100, 60_000])),
    ...draw.maybe("socketShortages", () => draw.recurring([2_000, 30_000], [500, 60_000])),
    // Drawn last, so that a seed's world has the faults that it had before there were private overlays.
    private: draw.coin(0.5),
    realCipher: draw.coin(REAL_CIPHER_WORLDS),
    asking: draw.pick([0, 0, 0.3]),
    passing: draw.pick([0, 0, 0.3]),
  };
}

function drawNode(
  draw: Draw,
  index: number,
  world: {
    profile: "adaptive" | "dispersy" | "mixed";
    natNames: readonly NatKind[];
    faultMs: number;
    newerShare: number;
  },
): NodePlan {
  const { profile, natNames, faultMs, newerShare } = world;
  const kind = index === 0 ? "open" : draw.pick(natNames);
  const timeoutMs = draw.between(15_000, 300_000);
  const nat =
    kind === "open" ? undefined : { ...NAT_KINDS[kind], timeoutMs, hairpin: draw.coin(0.3) };
  return {
    ...(nat && { nat }),
    sharesLan: nat !== undefined && draw.coin(0.2),
    profile: profile === "mixed" ? draw.pick(["adaptive", "dispersy"]) : profile,
    startMs: index === 0 ? 0 : draw.coin(0.8) ? draw.between(0, 5_000) : draw.between(0, faultMs),
    restless: index > 0 && draw.coin(0.5),
    surveys: draw.coin(0.3),
    newer: draw.coin(newerShare),
  };
}

/** No more than one peer whose claims about time are lies: two would be a majority of a small node's contacts. */
function drawHostile(draw: Draw): HostileName[] {
  const count = draw.coin(0.6) ? draw.whole(1, MAX_HOSTILE) : 0;
  const names = Array.from({ length: count }, () => draw.pick(HOSTILE_NAMES));
  const liar = names.findIndex((name) => CLOCK_LIARS.includes(name));
  return names.filter((name, i) => !CLOCK_LIARS.includes(name) || i === liar);
}

function drawWeather(draw: Draw): WeatherOptions {
  const least = draw.between(1, 50);
  return {
    link: {
      ...DEFAULT_LINK,
      jitterMs: draw.strength(100),
      loss: draw.strength(0.3),
      duplication: draw.strength(0.5),
      reordering: draw.strength(0.3),
      reorderingDelayMs: draw.between(10, 1_000),
      corruption: draw.strength(0.05),
      truncation: draw.strength(0.05),
    },
    latencyMs: [least, least + draw.between(0, 200)],
    spikes: draw.strength(0.02),
    spikeMs: draw.between(1_000, 20_000),
  };
}

/** What plans are drawn with. */
class Draw {
  readonly random: SeededRandom;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  coin(probability: number): boolean {
    return happens(probability, this.random);
  }

  between(least: number, greatest: number): number {
    return least + this.random.float() * (greatest - least);
  }

  whole(least: number, greatest: number): number {
    return least + this.random.below(greatest - least + 1);
  }

  pick<const T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  /** Nothing, or anything up to `greatest`. */
  strength(greatest: number): number {
    return this.coin(0.5) ? this.random.float() * greatest : 0;
  }

  recurring(mean: readonly [number, number], max: readonly [number, number]): Recurring {
    return { meanMs: this.between(...mean), maxMs: this.between(...max) };
  }

  /** A kind of fault, under its name, or nothing. */
  maybe<Name extends string, Fault>(name: Name, make: () => Fault): { [key in Name]?: Fault } {
    return this.coin(0.4) ? ({ [name]: make() } as { [key in Name]: Fault }) : {};
  }
}
