import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals } from "../../bench/experiments/arrivals.ts";
import { figuresOf } from "../../bench/experiments/load.ts";
import { Overlay } from "../../bench/experiments/overlay.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

const NODES = 20;
const RATE = 400;
const LOAD_MS = 8_000;

/**
 * A node asks its peers in turn for what is newest: one filter, or one peer, that pays for ever would keep it from the
 * rest.
 */
test("400 bundles per second reach all of 20 nodes within seconds, and not later and later", () => {
  const overlay = new Overlay({ seed: 1, nodes: NODES, profile: ADAPTIVE });
  const { world } = overlay;
  const arrivals = new Arrivals();
  const made = new Map<string, number>();
  for (const node of overlay.live) arrivals.watch(node);
  overlay.run(30_000);
  for (const node of overlay.live) {
    arrivals.whenPublished(node, (key) => made.set(key, node.instant.now));
  }
  const startMs = world.now;
  for (let i = 0; i < (RATE * LOAD_MS) / 1_000; i++) {
    const fire = (): unknown => world.publish(overlay.draw());
    world.clock.at(startMs + (i * 1_000) / RATE, { fire });
  }
  overlay.run(LOAD_MS);
  const endMs = world.now;
  overlay.run(20_000);
  const figures = figuresOf(made, arrivals, { nodes: NODES, startMs, endMs });
  const { lag, earlierLag, undelivered } = figures;
  assert.equal(undelivered, 0, JSON.stringify(figures));
  assert.ok(lag.p50! < 0.2 && lag.p50! < 2 * earlierLag!, JSON.stringify(figures));
});
