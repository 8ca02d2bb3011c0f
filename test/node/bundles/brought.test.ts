// What the user brings in a file goes the way of what others send.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CLOCK_SLACK } from "../../../node/bundles/clock-bound.ts";
import type { BroughtFate } from "../../../node/core/brought-fate.ts";
import { linkAddress } from "../../../wire/address-scope.ts";
import { type Bundle, makeBundle } from "../../../wire/bundle.ts";
import { utf8 } from "../../../wire/bytes.ts";
import type { WireBundle } from "../../../wire/message.ts";
import {
  bundle,
  crypto,
  fresh,
  OVERLAY_HEX,
  OVERLAY_KEY,
  policy,
  Rig,
  storeOf,
} from "../../hostile/rig.ts";

const FILE = linkAddress(2 ** 32 - 1);
const SETTLED_MS = 5_000;
/** In bulk a commit waits for more, no longer than that. */
const COMMITTED_MS = 20;
const secretOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);

/** A node that holds these, and has begun. */
function started(bundles: Bundle[]): Rig {
  const rig = new Rig({ store: storeOf(bundles) });
  rig.pass(SETTLED_MS);
  return rig;
}

let references = 0;

function bring(rig: Rig, bundles: WireBundle[]): { fates: BroughtFate[]; failure?: string } {
  const reference = ++references;
  rig.handle({ kind: "import", overlay: OVERLAY_HEX, reference, from: FILE, bundles });
  rig.pass(COMMITTED_MS);
  return answerTo(rig, reference);
}

function answerTo(rig: Rig, reference: number): { fates: BroughtFate[]; failure?: string } {
  const answers = rig.events.filter((event) => {
    return event.event === "imported" && event.reference === reference;
  });
  assert.equal(answers.length, 1, "it is answered once");
  const [answer] = answers;
  assert.ok(answer?.event === "imported", "by what became of it");
  return answer;
}

function grant(globalTime: number, from: Uint8Array, to: Uint8Array): Bundle {
  const member = crypto.publicKey(to);
  return bundle(globalTime, { kind: "grant", member, write: true, grant: true }, from);
}

function dataBy(secret: Uint8Array, globalTime: number): Bundle {
  return bundle(globalTime, { kind: "data", payload: fresh() }, secret);
}

describe("what is brought", () => {
  it("is new, or held, and none of it twice", () => {
    const held = bundle(2);
    const rig = started([policy("open"), held]);
    const [first, second] = [bundle(3), bundle(4)];
    // What comes twice is told to be on its way, and brought again by the host.
    const { fates } = bring(rig, [held, first, second, first]);
    assert.deepEqual(fates, ["held", "new", "new", "duplicate"]);
    assert.deepEqual(bring(rig, [first, second]).fates, ["held", "held"]);
    assert.equal(rig.store.index.size, 4);
    assert.deepEqual(bring(rig, []).fates, []);
  });

  it("is judged by the grants that came with it, in whatever order", () => {
    const chain = [1, 2, 3, 4, 5].map(secretOf);
    const grants = chain.slice(1).map((to, i) => grant(2 + i, chain[i]!, to));
    const all = [policy("members"), ...grants, dataBy(secretOf(5), 9)];
    for (const order of [all, all.toReversed()]) {
      const rig = started([]);
      const { fates } = bring(rig, order);
      assert.deepEqual(new Set(fates), new Set(["new"]), fates.join());
    }
  });

  it("waits for no grant that is not in it, and is taken once the grant was brought", () => {
    const rig = started([policy("members")]);
    const theirs = dataBy(secretOf(7), 9);
    assert.deepEqual(bring(rig, [theirs]).fates, ["awaiting"]);
    assert.deepEqual(bring(rig, [grant(3, secretOf(1), secretOf(7))]).fates, ["new"]);
    assert.ok(rig.store.index.size === 2, "nothing else kept it");
    assert.deepEqual(bring(rig, [theirs]).fates, ["new"]);
  });

  it("is refused for what a peer's would be refused, by name", () => {
    const rig = started([policy("open")]);
    const broken = { ...bundle(2), signature: new Uint8Array(64) };
    const wall = rig.instant.wall / 1_000;
    const by = (more: object) =>
      makeBundle(crypto, OVERLAY_KEY, secretOf(1), 3, {
        content: { kind: "data", payload: fresh() },
        ...more,
      });
    const cases: [WireBundle, BroughtFate][] = [
      [bundle(2, { kind: "policy", writers: "open" }, secretOf(9)), "policy"],
      [by({ expires: Math.floor(wall) - 10 }), "expired"],
      [{ ...bundle(2), body: utf8("no body") }, "body-malformed"],
      [{ ...bundle(2), author: new Uint8Array(3) }, "author-malformed"],
      [broken, "signature"],
    ];
    for (const [wire, fate] of cases) assert.deepEqual(bring(rig, [wire]).fates, [fate]);
    assert.equal(rig.store.index.size, 1, "nothing of it is held");
  });

  it("is never what was for the moment", () => {
    const rig = started([policy("open")]);
    const expires = Math.floor(rig.instant.wall / 1_000) + 30;
    const content = { kind: "ephemeral", payload: utf8("now") } as const;
    const passing = makeBundle(crypto, OVERLAY_KEY, secretOf(1), 2, { content, expires });
    assert.deepEqual(bring(rig, [passing]).fates, ["ephemeral-stale"]);
    assert.ok(!rig.events.some(({ event }) => event === "ephemeral"), "nobody is shown it");
  });

  it("moves the clock as far as a datagram may, and no further", () => {
    const rig = started([policy("open")]);
    const above = bundle(1 + CLOCK_SLACK + 1);
    assert.deepEqual(bring(rig, [above]).fates, ["time-above-bound"]);
    assert.equal(rig.store.clock, 1, "it moved nothing");
    // What a count of bundles explains is no leap, however long we were away.
    for (let time = 2; time <= 402; time += 100) {
      bring(
        rig,
        Array.from({ length: 100 }, (_, i) => bundle(time + i)),
      );
    }
    assert.deepEqual(bring(rig, [above]).fates, ["new"]);
  });

  it("is answered also where a signature is wrong among many, which takes a moment", () => {
    const rig = started([policy("open")]);
    const broken = { ...bundle(2), signature: new Uint8Array(64) };
    assert.deepEqual(bring(rig, [broken]).fates, ["signature"]);
    const reference = ++references;
    const bundles = Array.from({ length: 64 }, (_, i) => bundle(3 + i));
    rig.handle({ kind: "import", overlay: OVERLAY_HEX, reference, from: FILE, bundles });
    assert.ok(!rig.events.some((event) => "reference" in event && event.reference === reference));
    rig.pass(SETTLED_MS);
    assert.deepEqual(new Set(answerTo(rig, reference).fates), new Set(["new"]));
  });

  it("is all taken, however much, in portions; brought at once, some of it finds no room", () => {
    const bundles = Array.from({ length: 9_000 }, (_, i) => bundle(2 + i));
    const inPortions = started([policy("open")]);
    for (let at = 0; at < bundles.length; at += 256) {
      const { fates } = bring(inPortions, bundles.slice(at, at + 256));
      assert.ok(
        fates.every((fate) => fate === "new"),
        `${at}`,
      );
    }
    const { fates } = bring(started([policy("open")]), bundles);
    assert.ok(fates.includes("backlog"), "no room for so many");
    assert.equal(fates.length, bundles.length, "each of them is told of");
  });

  it("is not looked at where the overlay is not joined, was left, or requires a newer version", () => {
    const rig = started([policy("open")]);
    const elsewhere = { kind: "import", overlay: "00".repeat(20), from: FILE } as const;
    rig.handle({ ...elsewhere, reference: 99_999, bundles: [] });
    assert.match(answerTo(rig, 99_999).failure ?? "", /not joined/);
    const newer = bundle(2, { kind: "policy", writers: "open", version: 2, requires: 1 });
    // The rest of the portion is waited for no longer, once that is known.
    const { fates, failure } = bring(rig, [newer, bundle(3)]);
    assert.ok(failure !== undefined || fates.length === 2, "it ends");
    assert.match(bring(rig, [bundle(4)]).failure ?? "", /newer version/);
  });

  it("waits until what an earlier run left is read", () => {
    const rig = new Rig({ store: storeOf([policy("open")]) });
    const reference = ++references;
    const bundles = [bundle(2)];
    rig.handle({ kind: "import", overlay: OVERLAY_HEX, reference, from: FILE, bundles });
    rig.pass(SETTLED_MS);
    assert.deepEqual(answerTo(rig, reference).fates, ["new"]);
  });
});
