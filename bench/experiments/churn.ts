import { ascending, mean, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { DISPERSY, type Profile, PROFILES } from "../../node/core/profile.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { Arrivals } from "./arrivals.ts";
import { type ChurnRow, churnReport, type Successors } from "./churn-report.ts";
import { Overlay, STEP_MS } from "./overlay.ts";

interface Options {
  nodes: number;
  session: number;
  bundles: number;
  perStep: number;
  alone: boolean;
}

interface Variant {
  profile: Profile;
  successors: Successors;
}

/** From 30 min to 30 s, as in the paper. */
const SESSIONS_S = [1_800, 600, 120, 60, 30];
/** The ends and the middle: what a large overlay has time for. */
const FEW_SESSIONS_S = [1_800, 120, 30];
const WARM_UP_MS = 60_000;
/** Whoever publishes knows the policy and has been there for so long. */
const OLD_ENOUGH_MS = 2 * STEP_MS;
/** What the paper's message took to reach all without churn. */
const PAPER_STEPS = 19;
/**
 * After the last bundle, nobody leaves any more, and who is away comes back; by then whoever can be reached has been.
 */
const CALM_STEPS = 60;
/** The original's trackers, on ports 6421 to 6428; a node asks each once in 57.5 s, when it knows nobody else. */
const TRACKERS = 8;

export const churn = experiment<Options>({
  name: "churn",
  summary: "delivery while nodes come and go; published: survives mean sessions of 30 s",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes at any time", default: 60, min: 3, max: 20_000 },
    {
      name: "session",
      summary: "mean session in seconds, exponential; 0 runs 30 min, 10 min, 2 min, 60 s and 30 s",
      default: 0,
      max: 86_400,
    },
    { name: "bundles", summary: "bundles made", default: 24, min: 1 },
    { name: "per-step", summary: "of these, how many in one step", default: 1, min: 1 },
    {
      name: "alone",
      summary:
        "this profile with returning nodes, at 30 min, 2 min and 30 s, without others beside",
      default: false,
    },
  ],
  run(options, ports): Result {
    const several = options.alone ? FEW_SESSIONS_S : SESSIONS_S;
    const sessions = options.session === 0 ? several : [options.session];
    const shipped = PROFILES[options.profile];
    const profiles = options.alone ? [shipped] : [...new Set([shipped, DISPERSY])];
    const successors = options.alone ? (["returning"] as const) : (["returning", "empty"] as const);
    const variants: Variant[] = profiles.flatMap((profile) =>
      successors.map((one) => ({ profile, successors: one })),
    );
    const rows = variants.flatMap((variant) =>
      sessions.map((session) => oneSession(variant, session, options, ports)),
    );
    const { delivered, steps } = rows[sessions.length - 1]!;
    const { nodes, profile } = options;
    return {
      json: { delivered, steps, sessionSeconds: sessions.at(-1), nodes, profile, sessions: rows },
      report: churnReport(options, rows),
    };
  },
});

/** A bundle under way. */
interface Made {
  key: string;
  atMs: number;
  author: SimNode;
  /** Who was there. BOUNDED: by the nodes. */
  cohort: readonly SimNode[];
}

function oneSession(
  { profile, successors }: Variant,
  sessionSeconds: number,
  options: Options & CommonOptions,
  ports: Ports,
): ChurnRow {
  const { seed, nodes, bundles, perStep } = options;
  const steps = Math.ceil(bundles / perStep);
  const where = `${profile.name}, ${successors} successors, sessions of ${sessionSeconds} s`;
  const overlay = new Overlay({ seed, nodes, profile, trackers: TRACKERS });
  const run = new Churn(overlay, sessionSeconds, successors);
  overlay.run(WARM_UP_MS, () => ports.progress(`${where}: ${nodes} nodes get acquainted`));
  run.begin();
  overlay.run(WARM_UP_MS, () => ports.progress(`${where}: nodes come and go`));
  const leftBefore = run.departures;
  const made: Made[] = [];
  const held: number[] = [];
  for (let i = 0; i < steps + PAPER_STEPS; i++) {
    const old = made.filter(({ atMs }) => overlay.world.now - atMs === PAPER_STEPS * STEP_MS);
    held.push(...old.map(({ key }) => run.shareHolding(key)));
    const most = Math.min(perStep, bundles - i * perStep);
    if (most > 0) run.publish(most, (bundle) => made.push(bundle));
    overlay.run(STEP_MS, () => ports.progress(`${where}: step ${i + 1} of ${steps}`));
  }
  run.end();
  const turnover = (run.departures - leftBefore) / nodes;
  const everywhere = (): boolean => made.every(({ key }) => run.heldByAll(key));
  const limitMs = overlay.world.now + CALM_STEPS * STEP_MS;
  overlay.world.runUntil(() => {
    ports.progress(`${where}: the last bundles arrive`);
    return everywhere();
  }, limitMs);
  const stayed = made.filter(({ author, atMs }) => !run.leftBetween(author, atMs, atMs + STEP_MS));
  const others = made.filter((bundle) => !stayed.includes(bundle));
  const stepsOf = ascending(stayed.flatMap((bundle) => run.stepsOf(bundle)));
  const shareHeld = (of: Made[]): number | null =>
    of.length === 0 ? null : of.filter(({ key }) => run.heldByAll(key)).length / of.length;
  return {
    profile: profile.name,
    successors,
    sessionSeconds,
    eligible: stayed.length,
    delivered: round(shareHeld(stayed), 4),
    deliveredOfOthers: round(shareHeld(others), 4),
    heldAfter19Steps: round(mean(held), 4),
    steps: {
      p50: round(quantile(stepsOf, 0.5), 2),
      p99: round(quantile(stepsOf, 0.99), 2),
      max: round(stepsOf.at(-1) ?? null, 2),
    },
    turnover: round(turnover, 2),
  };
}

/** Nodes leave after an exponential session, without a word; another takes the place in the same moment. */
class Churn {
  /** Who left, and when. BOUNDED: by the experiment's length. */
  readonly #leftMs = new Map<SimNode, number[]>();
  /** Sessions that ended. */
  departures = 0;
  /**
   * Those that come back, the longest gone first: as many as run, so that they are away as long as they stay. BOUNDED:
   * by the nodes.
   */
  readonly #away: SimNode[] | undefined;
  readonly #overlay: Overlay;
  readonly #meanMs: number;
  readonly #arrivals = new Arrivals();
  /** BOUNDED: by the nodes. */
  readonly #joinedMs = new Map<SimNode, number>();
  readonly #random;
  #goesOn = false;

  constructor(overlay: Overlay, sessionSeconds: number, successors: Successors) {
    this.#overlay = overlay;
    this.#meanMs = sessionSeconds * 1_000;
    this.#random = overlay.world.random("churn");
    for (const node of overlay.live) this.#arrivals.watch(node);
    if (successors === "returning") {
      this.#away = overlay.live.map(() => overlay.absent());
      for (const node of this.#away) this.#arrivals.watch(node);
    }
  }

  begin(): void {
    this.#goesOn = true;
    for (const node of this.#overlay.live) this.#planEnd(node);
  }

  /** Nobody leaves any more, and whoever was away is back. */
  end(): void {
    this.#goesOn = false;
    for (const node of this.#away?.splice(0) ?? []) this.#overlay.comeBack(node);
  }

  /** So many nodes that have been there for a while make a bundle each, or fewer where there are not as many. */
  publish(most: number, made: (bundle: Made) => void): void {
    const { live, world } = this.#overlay;
    const now = world.now;
    const able = live.filter(
      (node) =>
        now - (this.#joinedMs.get(node) ?? -Infinity) >= OLD_ENOUGH_MS && world.held(node) > 0,
    );
    const cohort = [...live];
    for (let left = most; left > 0 && able.length > 0; left--) {
      const author = this.#overlay.draw(able);
      able.splice(able.indexOf(author), 1);
      this.#arrivals.whenPublished(author, (key) => made({ key, atMs: now, author, cohort }));
      world.publish(author);
    }
  }

  /** Of the nodes that run. */
  shareHolding(key: string): number {
    const arrived = this.#arrivals.of(key);
    const { live } = this.#overlay;
    return live.filter((node) => arrived.has(node)).length / live.length;
  }

  heldByAll(key: string): boolean {
    const arrived = this.#arrivals.of(key);
    return this.#overlay.live.every((node) => arrived.has(node));
  }

  /** Whether the node left after `fromMs` and not after `untilMs`. */
  leftBetween(node: SimNode, fromMs: number, untilMs: number): boolean {
    return (this.#leftMs.get(node) ?? []).some((time) => time > fromMs && time <= untilMs);
  }

  /** Steps until each of those who were there, the author left out, held it; of those who had not left by then. */
  stepsOf({ key, atMs, author, cohort }: Made): number[] {
    const arrived = this.#arrivals.of(key);
    return cohort.flatMap((node) => {
      const time = arrived.get(node);
      if (node === author || time === undefined || this.leftBetween(node, atMs, time)) return [];
      return [(time - atMs) / STEP_MS];
    });
  }

  #planEnd(node: SimNode): void {
    const session = -Math.log(1 - this.#random.float()) * this.#meanMs;
    const { clock } = this.#overlay.world;
    clock.at(clock.now + session, { fire: () => this.#replace(node) });
  }

  #replace(node: SimNode): void {
    if (!this.#goesOn) return;
    const { now } = this.#overlay.world;
    this.departures++;
    this.#leftMs.set(node, [...(this.#leftMs.get(node) ?? []), now]);
    this.#overlay.leave(node);
    const successor = this.#successor();
    this.#away?.push(node);
    this.#joinedMs.set(successor, now);
    this.#planEnd(successor);
  }

  #successor(): SimNode {
    const back = this.#away?.shift();
    if (back !== undefined) return this.#overlay.comeBack(back);
    const node = this.#overlay.join();
    this.#arrivals.watch(node);
    return node;
  }
}
