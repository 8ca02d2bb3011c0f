// How long one turn of the event loop takes with many items of each kind that strangers or members can make.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Policy } from "../../node/bundles/policy.ts";
import { ChunkedIndex } from "../../node/store/held-index.ts";
import { elementOf } from "../../node/sets/element.ts";
import { EPOCH_MS, epochOf } from "../../node/sets/epoch.ts";
import { EVERYWHERE, rangeOf } from "../../node/sync/cursor/stretches.ts";
import { everything } from "../../node/sync/subset.ts";
import { makeBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { SubsetOffer } from "../../wire/message.ts";
import {
  bareRequest,
  crypto,
  fresh,
  host,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  Rig,
  storeOf,
} from "../hostile/rig.ts";
import { randomHeld, seeded } from "./sync/fixtures.ts";

const FEW = 10_000;
const MANY = 100_000;
/** What no turn may take on an idle machine. */
const MOST_MS = 10;
/**
 * Of processor time, since others run too. The collector comes in between, and slower machines exist: so the best of
 * several attempts counts, and it may be three times as much, on a machine that calibrates as slower even more. What
 * this is about took 50 to 16,000 ms.
 */
const MARGIN = 3;
const ATTEMPTS = 3;
/** Keyed hashes that took MOST_MS where the table was first made. */
const CALIBRATING_HASHES = 150_000;

function calibrated(): number {
  const element = { x: 0, y: 0 };
  return processorMs(() => {
    for (let i = 0; i < CALIBRATING_HASHES; i += 1) {
      elementOf({ k0: 1, k1: 2 }, i, 2, 3, 4, element);
    }
  });
}

function processorMs(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

/** Runs `work` in turns; the longest of them, in milliseconds. */
type Turns = (turn: (work: () => void) => void) => void;

const rows: { collection: string; few: string; many: string; bound: string }[] = [];

function row(collection: string, prepare: (items: number) => Turns): void {
  test(`no turn takes long: ${collection}`, () => {
    const best = { few: Infinity, many: Infinity, bound: 0 };
    for (let i = 0; i < ATTEMPTS; i += 1) {
      calibrated();
      best.few = Math.min(best.few, longest(prepare(FEW)));
      best.many = Math.min(best.many, longest(prepare(MANY)));
      best.bound = Math.max(best.bound, calibrated() * MARGIN, MOST_MS * MARGIN);
      if (best.many < best.bound) break;
    }
    rows.push({
      collection,
      few: best.few.toFixed(1),
      many: best.many.toFixed(1),
      bound: best.bound.toFixed(0),
    });
    assert.ok(best.many < best.bound, `${best.many.toFixed(1)} of ${best.bound.toFixed(1)} ms`);
  });
}

after(() => {
  console.log(`longest turn in ms of processor time, with ${FEW} and ${MANY} items`);
  console.table(rows);
});

function longest(turns: Turns): number {
  let most = 0;
  turns((work) => {
    most = Math.max(most, processorMs(work));
  });
  return most;
}

/** An engine of which each input is a turn. */
function watchedRig(store: Bundle[], turn: (work: () => void) => void): Rig {
  let rig: Rig | undefined;
  const made = storeOf(store);
  // The rig's own constructor has it join: a turn as well.
  const { apply } = made;
  made.apply = (commit) => turn(() => apply.call(made, commit));
  turn(() => (rig = new Rig({ store: made })));
  const { engine } = rig!;
  const handle = engine.handle.bind(engine);
  engine.handle = (input, at) => turn(() => handle(input, at));
  rig!.keepsEvents = false;
  return rig!;
}

function made(globalTime: number, draft: Draft, secret = OVERLAY_SECRET): Bundle {
  return makeBundle(crypto, OVERLAY_KEY, secret, globalTime, draft);
}

const DATA: Draft = { content: { kind: "data", payload: fresh() } };
const WALL_S = 1_800_000_000;
const TOPIC = utf8("status");

/** Bundles of times 2, 3, ...; made once. */
function many(items: number, of: (time: number) => Draft): Bundle[] {
  return [policy("open"), ...Array.from({ length: items }, (_, i) => made(i + 2, of(i + 2)))];
}

row("bundles that expire in one second, and reading them at the start", (items) => {
  const bundles = many(items, () => ({ ...DATA, expires: WALL_S + 60 }));
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(70_000);
    assert.equal(rig.store.index.size, 1);
  };
});

row("a topic that one new bundle supersedes", (items) => {
  const bundles = many(items, () => ({ ...DATA, topic: { name: TOPIC, keep: 2 ** 32 - 1 } }));
  const last = made(items + 2, { ...DATA, topic: { name: TOPIC, keep: 1 } });
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(30_000);
    const token = rig.validate(host(0));
    rig.say(host(0), { kind: "bundles", token, bundles: [last] });
    rig.pass(30_000);
    assert.equal(rig.store.index.size, 2);
  };
});

row("a topic whose bundles come from the newest to the oldest", (items) => {
  const bundles = many(items, () => ({ ...DATA, topic: { name: TOPIC, keep: 2 ** 32 - 1 } }));
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(30_000);
    const proof = rig.validate(host(0));
    for (let i = 0; i < 100; i += 1) {
      const draft = { ...DATA, content: { kind: "data", payload: fresh() } as const };
      const old = made(2, { ...draft, topic: { name: TOPIC, keep: 1 } });
      rig.say(host(0), { kind: "bundles", token: proof, bundles: [old] });
    }
    assert.equal(rig.store.index.size, items + 101);
  };
});

/** A members overlay whose holder of one invitation let so many write, and one grant more. */
function grantsBy(items: number): { bundles: Bundle[]; next: Bundle } {
  const secret = new Uint8Array(32).fill(7);
  const inviter = crypto.publicKey(secret);
  const grant = (member: Uint8Array, write: boolean): Draft => {
    return { content: { kind: "grant", member, write, grant: !write } };
  };
  const key = (i: number): Uint8Array => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setUint32(0, i);
    return bytes;
  };
  const bundles = [policy("members"), made(2, grant(inviter, false))];
  for (let i = 0; i < items; i += 1) bundles.push(made(i + 3, grant(key(i), true), secret));
  return { bundles, next: made(items + 3, grant(key(items), true), secret) };
}

row("grants by the holder of one invitation", (items) => {
  const { bundles, next } = grantsBy(items);
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(30_000);
    const token = rig.validate(host(0));
    rig.say(host(0), { kind: "bundles", token, bundles: [next] });
    assert.equal(rig.store.index.size, items + 3);
  };
});

row("grants, at midnight, compared in the control lane by every kind of offer", (items) => {
  const { bundles, next } = grantsBy(items);
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(30_000);
    rig.now += EPOCH_MS - (rig.instant.wall % EPOCH_MS) + 1;
    rig.pass(100);
    for (const [, offer] of offers) {
      for (let i = 0; i < 3; i += 1) {
        const asked = offer(rig);
        const inLane = { ...asked, subset: { ...asked.subset, lane: "control" as const } };
        const token = rig.validate(host(0));
        rig.say(host(0), { ...bareRequest(), token, offer: inLane });
        rig.pass(1_000);
      }
    }
    const token = rig.validate(host(0));
    rig.say(host(0), { kind: "bundles", token, bundles: [next] });
    const { control } = rig.last("introduction-response", host(0))!.holdings!;
    assert.equal(control?.count, items + 2);
    assert.equal(rig.store.control.size, items + 3);
  };
});

row("grants that begin to count at once, a hundredth of so many: none may be held", (items) => {
  const policyOf = new Policy(OVERLAY_KEY);
  const secret = new Uint8Array(32).fill(7);
  const member = crypto.publicKey(secret);
  const content = { kind: "grant", member, write: true, grant: true } as const;
  const bundles = Array.from({ length: items / 100 }, (_, i) => made(i + 9, { content }, secret));
  const first = made(2, { content });
  return (turn) => {
    for (const each of bundles) turn(() => policyOf.apply(each));
    turn(() => assert.ok(policyOf.apply(first)));
  };
});

row("bundles held, at midnight, when all hashes are made anew", (items) => {
  const bundles = many(items, () => DATA);
  return (turn) => {
    const rig = watchedRig(bundles, turn);
    rig.pass(30_000);
    const token = rig.validate(host(0));
    const { wall } = rig.instant;
    rig.now += EPOCH_MS - (wall % EPOCH_MS) + 1;
    rig.pass(100);
    rig.validate(host(0));
    rig.say(host(0), { ...bareRequest(), token, offer: sketch(rig, {}) });
    rig.pass(1_000);
    rig.validate(host(0));
  };
});

function sketch(rig: Rig, subset: Partial<SubsetOffer["subset"]>, symbols = 100): SubsetOffer {
  const epoch = epochOf(rig.instant.wall);
  return {
    kind: "sketch",
    subset: { ...everything(1e6), ...subset },
    epoch,
    count: 5,
    symbols: seeded(3).bytes(symbols * 10),
  };
}

const offers: [string, (rig: Rig) => SubsetOffer][] = [
  ["sketch of everything", (rig) => sketch(rig, {})],
  ["sketch of half", (rig) => sketch(rig, { modulo: 2 })],
  ["sketch of a prefix", (rig) => sketch(rig, { idBits: 1 })],
  ["sketch of nearly everything", (rig) => sketch(rig, { low: 3 })],
  ["filter that knows nothing", () => bloom({}, 1)],
  ["filter that knows nearly all", () => bloom({}, 600)],
  ["filter of half", () => bloom({ modulo: 2 }, 600)],
  [
    "cursor",
    () => ({
      kind: "cursor",
      subset: everything(1e6),
      ranges: EVERYWHERE.map(rangeOf),
      bytes: 1e9,
    }),
  ],
  [
    "cursor of a class",
    () => {
      return {
        kind: "cursor",
        subset: { ...everything(1e6), modulo: 7 },
        ranges: EVERYWHERE.map(rangeOf),
        bytes: 1e9,
      };
    },
  ],
];

function bloom(subset: Partial<SubsetOffer["subset"]>, ones: number): SubsetOffer {
  const filter = new Uint8Array(1_000).fill(255, 0, ones - 1);
  const rest = { functions: 1, salt: fresh(), filter };
  return { kind: "bloom", subset: { ...everything(1e6), ...subset }, ...rest };
}

for (const oneTime of [false, true]) {
  row(`bundles held, of ${oneTime ? "one time" : "as many times"}, offered anything`, (items) => {
    const bundles = oneTime
      ? [
          policy("open"),
          ...Array.from({ length: items }, () =>
            made(2, { content: { kind: "data", payload: fresh() } }),
          ),
        ]
      : many(items, () => DATA);
    return (turn) => {
      const rig = watchedRig(bundles, turn);
      rig.pass(30_000);
      for (const [, offer] of offers) {
        for (let i = 0; i < 3; i += 1) {
          const token = rig.validate(host(0));
          rig.say(host(0), { ...bareRequest(), token, offer: offer(rig) });
          rig.pass(1_000);
        }
      }
    };
  });
}

row("entries of the index, added and removed anywhere", (items) => {
  const random = seeded(1);
  const index = new ChunkedIndex();
  const all = Array.from({ length: items }, () => randomHeld(1 + random.below(1_000), random));
  index.fingerprint({ k0: 1, k1: 2 });
  index.sketch({ k0: 1, k1: 2 });
  return (turn) => {
    for (let at = 0; at < items; at += 512) {
      turn(() => {
        for (const held of all.slice(at, at + 512)) index.add(held);
      });
    }
    while (index.isBehind) turn(() => index.keepUp());
    for (let at = 0; at < items; at += 512) {
      turn(() => {
        for (const held of all.slice(at, at + 512)) index.remove(held);
      });
    }
    assert.equal(index.size, 0);
  };
});
