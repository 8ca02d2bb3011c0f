import type { SimNode } from "../../node/testing/node.ts";
import type { World } from "../../node/testing/world.ts";
import type { Arrivals } from "./arrivals.ts";
import { STEP_MS } from "./overlay.ts";

/** A bundle, its author, and when it was published. */
export interface Made {
  key: string;
  author: SimNode;
  atMs: number;
}

interface Session {
  node: SimNode;
  startMs: number;
  endMs: number;
}

const CYCLE_MS = 60 * 60_000;
/** A tenth of the cycle. */
const SESSION_MS = CYCLE_MS / 10;
/** The founder writes its policy first, and stays until the first session begins. */
const FIRST_MS = 60_000;
/** Whoever is there knows by then what it is to know. */
const SETTLED_MS = 2 * STEP_MS;
/** In the last hours nothing is published: what is under way comes. */
const LAST_CYCLES = 8;

/** When which node runs: once in each cycle, at a moment of its own; and so when a bundle can come to whom. */
export class Sessions {
  readonly endMs: number;
  readonly #world: World;
  readonly #cycles: number;
  /** In the order of their starts. BOUNDED: by nodes and cycles. */
  readonly #sessions: Session[] = [];

  constructor(world: World, nodes: readonly SimNode[], hours: number) {
    this.#world = world;
    this.#cycles = hours;
    this.endMs = FIRST_MS + (hours + LAST_CYCLES) * CYCLE_MS;
    const random = world.random("sessions");
    for (const node of nodes) {
      for (let cycle = 0; cycle < hours + LAST_CYCLES; cycle++) {
        const latest = CYCLE_MS - SESSION_MS;
        const startMs = FIRST_MS + cycle * CYCLE_MS + random.float() * latest;
        this.#sessions.push({ node, startMs, endMs: startMs + SESSION_MS });
      }
    }
    this.#sessions.sort((a, b) => a.startMs - b.startMs);
  }

  /** Plans it all; the list is filled as time passes. */
  start(arrivals: Arrivals): Made[] {
    const made: Made[] = [];
    const { clock } = this.#world;
    const random = this.#world.random("publishing");
    clock.at(FIRST_MS, { fire: () => this.#world.nodes[0]!.stop() });
    for (const { node, startMs, endMs } of this.#sessions) {
      clock.at(startMs, { fire: () => node.start() });
      clock.at(endMs, { fire: () => node.stop() });
      if (startMs >= FIRST_MS + this.#cycles * CYCLE_MS) continue;
      const span = SESSION_MS - SETTLED_MS;
      const publish = (): void => {
        const atMs = clock.now;
        arrivals.whenPublished(node, (key) => made.push({ key, author: node, atMs }));
        this.#world.publish(node);
      };
      clock.at(startMs + SETTLED_MS + random.float() * span, { fire: publish });
    }
    return made;
  }

  /**
   * Since when each node can have a bundle of then: it and somebody who can have it are both there, for a step at
   * least. Shorter meetings do not count.
   */
  meetings(author: SimNode, atMs: number): ReadonlyMap<SimNode, number> {
    const met = new Map<SimNode, number>([[author, atMs]]);
    const there = new Map<SimNode, number>();
    const spread = (now: number): void => {
      for (const [node, endMs] of there) if (endMs < now) there.delete(node);
      const hasHolder = [...there.keys()].some((node) => met.has(node));
      if (!hasHolder) return;
      for (const node of there.keys())
        if (!met.has(node)) met.set(node, Math.max(atMs, now - STEP_MS));
    };
    for (const { node, startMs, endMs } of this.#sessions) {
      const readyMs = startMs + STEP_MS;
      if (endMs < atMs) continue;
      there.set(node, endMs);
      if (readyMs >= atMs) spread(readyMs);
      else spread(atMs);
    }
    return met;
  }
}
