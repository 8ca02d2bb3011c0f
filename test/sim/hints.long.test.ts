import assert from "node:assert/strict";
import { test } from "node:test";
import { Backlog } from "../../bench/sim/backlog.ts";
import { World } from "../../node/testing/world.ts";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import { REQUESTS_PER_OFFER } from "../../node/sync/fingerprint-compare.ts";
import { makeBundle } from "../../wire/bundle.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { utf8 } from "../../wire/bytes.ts";
import { encodedBytes } from "../../wire/encode.ts";
import type { Message } from "../../wire/message.ts";

/** By filters alone, as before there were fingerprints. */
const WITHOUT: Profile = { ...ADAPTIVE, hints: false, sketches: false };
/** Counts and times take as many bytes as those of 100,000. */
const BACKLOG = 20_000;
const NODES = 6;
const SETTLED_MS = 120_000;
const MINUTES_MS = 400_000;
/** The target: equal sets, per contact, both ways. */
/** The target as long as nothing was sealed. */
const UNSEALED_BYTES = 200;
/** Request and response are. */
const TARGET_BYTES = UNSEALED_BYTES + 2 * SEALING_BYTES;

interface Contact {
  request: number;
  offer: boolean;
  /** The introduction and what pads the response for its sake left out. */
  response: number;
  introduction: number;
}

/** What contacts between nodes cost, by the datagrams sent from now on. */
class ContactMeter {
  /** By identifier. BOUNDED: by the test. */
  readonly #open = new Map<string, { request: number; offer: boolean }>();
  readonly contacts: Contact[] = [];
  /** Puncture-requests and punctures. */
  punctures = 0;

  constructor(world: World) {
    world.network.onDatagram(({ bytes }) => {
      const decoded = world.decode(bytes);
      if (!("rejected" in decoded)) this.#see(decoded.message, bytes.length);
    });
  }

  #see(message: Message, bytes: number): void {
    if (message.kind === "puncture-request" || message.kind === "puncture") this.punctures += bytes;
    if (message.kind === "introduction-request") {
      const offer = message.offer !== undefined;
      this.#open.set(message.identifier.join(), { request: bytes, offer });
    }
    if (message.kind !== "introduction-response" || message.holdings === undefined) return;
    const opened = this.#open.get(message.identifier.join());
    if (opened === undefined) return;
    const { introduction, ...rest } = message;
    const response = encodedBytes(rest);
    this.contacts.push({ ...opened, response, introduction: introduction ? bytes - response : 0 });
  }
}

function mean(figures: number[]): number {
  return figures.reduce((a, b) => a + b, 0) / figures.length;
}

/** Nodes that hold the same, left alone for some minutes. */
function idle(profile: Profile): ContactMeter {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const backlog = new Backlog(world, overlay, BACKLOG);
  const seeds = [world.addTracker()];
  for (let i = 0; i < NODES; i++) {
    world.addNode({ overlay, seeds, profile, store: backlog.store() });
  }
  world.run(SETTLED_MS);
  const meter = new ContactMeter(world);
  world.run(SETTLED_MS + MINUTES_MS);
  return meter;
}

test("equal sets: a contact costs 280 bytes, both ways, and no offer", (t) => {
  const { contacts, punctures } = idle(ADAPTIVE);
  const plain = contacts.filter(({ offer }) => !offer);
  assert.ok(plain.length > 200, `${plain.length} contacts`);
  const bytes = plain.map(({ request, response }) => request + response);
  const figures = [
    `${Math.round(mean(bytes))} bytes per contact, at most ${Math.max(...bytes)}`,
    `introduction ${Math.round(mean(plain.map(({ introduction }) => introduction)))} more`,
    `puncture ${Math.round(punctures / contacts.length)} more`,
    `${contacts.length - plain.length} of ${contacts.length} contacts with an offer all the same`,
  ];
  t.diagnostic(figures.join("; "));
  assert.ok(Math.max(...bytes) <= TARGET_BYTES, figures.join("; "));
  const expected = contacts.length / REQUESTS_PER_OFFER;
  assert.ok(contacts.length - plain.length <= expected + NODES, figures.join("; "));
});

test("without hints every contact carries an offer", (t) => {
  const { contacts } = idle(WITHOUT);
  const bytes = mean(contacts.map(({ request, response }) => request + response));
  t.diagnostic(`${Math.round(bytes)} bytes per contact`);
  assert.ok(contacts.every(({ offer }) => offer));
  assert.ok(bytes > 5 * UNSEALED_BYTES, `${bytes}`);
});

/** Virtual time until two nodes, each with one old bundle that the other lacks, hold the same. */
function healedMs(seed: number, profile: Profile): number {
  const world = new World({ seed });
  const overlay = world.overlay();
  const backlog = new Backlog(world, overlay, 6_000);
  const nodes = [0, 1].map((i) => {
    const store = backlog.store();
    const content = { kind: "data", payload: utf8(`of node ${i}`) } as const;
    const time = 1 + world.random(`time/${i}`).below(2_000);
    const bundle = makeBundle(world.crypto, overlay.key, overlay.secret, time, { content });
    const { clock, admitted } = store;
    store.apply({ add: [bundle], remove: [], clock, admitted: admitted + 1 });
    return { store, index: i };
  });
  const first = world.addNode({ overlay, profile, store: nodes[0]!.store });
  world.addNode({ overlay, profile, store: nodes[1]!.store, seeds: [first] });
  assert.ok(world.runUntil(() => world.allHold(backlog.size + 2), 3_600_000));
  return world.now;
}

test("equal counts with different sets are noticed, and what differs is found at once", (t) => {
  const seeds = Array.from({ length: 6 }, (_, i) => i + 1);
  const [hinted, lucky] = [ADAPTIVE, WITHOUT].map((profile) =>
    seeds.map((seed) => healedMs(seed, profile)),
  );
  t.diagnostic(`with hints ${hinted!.join(" ")} ms; without ${lucky!.join(" ")} ms`);
  for (const ms of hinted!) assert.ok(ms <= 10_000, `${ms}`);
  assert.ok(mean(lucky!) > 3 * mean(hinted!));
});
