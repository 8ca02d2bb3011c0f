import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bucketOf, NO_VIA } from "../../candidates/candidate.ts";
import { MAX_TRACKERS } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { apart, keys, SCALE, seeded, tableOf } from "./support.ts";

const [A, B, C] = [apart(1), apart(2), apart(3)];

describe("buckets", () => {
  test("what happens with a candidate moves it, and lifetimes move it back", () => {
    const table = tableOf();
    assert.equal(table.introduced(A, 3, 0)?.via, 3);
    assert.equal(table.bucket(A, 0), "introduced");
    table.requested(A, 0, 1_000);
    assert.equal(table.bucket(A, 1_000), "requested");
    table.answered(A, 0, 2_000);
    assert.equal(table.bucket(A, 2_000), "contacted");
    table.requested(A, 0, 10_000);
    table.introduced(A, 0, 50_000);
    assert.equal(table.bucket(A, 59_499), "contacted");
    assert.equal(table.bucket(A, 59_500), "requested");
    assert.equal(table.bucket(A, 67_499), "requested");
    assert.equal(table.bucket(A, 67_500), "introduced");
    assert.equal(table.bucket(A, 77_499), "introduced");
    assert.equal(table.bucket(A, 77_500), undefined);
    assert.equal(table.get(A), undefined);
  });

  test("asking moves nobody and adds nobody", () => {
    const table = tableOf();
    table.asked(A, 0, 0);
    assert.equal(table.get(A), undefined);
    table.introduced(A, 0, 0);
    table.asked(A, 7, 100);
    assert.equal(table.bucket(A, 100), "introduced");
    assert.equal(table.get(A)?.lastAskedMs, 100);
    assert.equal(table.get(A)?.via, 7);
  });

  test("whoever answers without having been in the table is not eligible at once", () => {
    const table = tableOf();
    table.answered(A, 0, 1_000);
    assert.equal(table.eligible("contacted", 28_499)[0], undefined);
    assert.equal(table.eligible("contacted", 28_500)[0]?.address, A);
  });

  test("where bindings live less long, candidates are visited sooner, trackers are not", () => {
    let eligibleDelayMs = 24_000;
    const table = tableOf({ eligibleDelayMs: () => eligibleDelayMs });
    table.answered(A, 0, 1_000);
    assert.equal(table.eligible("contacted", 24_999)[0], undefined);
    assert.equal(table.eligible("contacted", 25_000)[0]?.address, A);
    eligibleDelayMs = 27_500;
    assert.equal(table.eligible("contacted", 25_000)[0], undefined);
    table.setTracker(A, true);
    assert.equal(table.eligible("tracker", 58_499)[0], undefined);
  });

  test("a timeout takes a candidate out of the contacted, and away unless something else holds", () => {
    const table = tableOf();
    table.answered(A, 0, 0);
    table.answered(B, 0, 0);
    table.requested(B, 0, 0);
    table.introduced(C, 0, 0);
    for (const address of [A, B, C]) table.timedOut(address, 10_500);
    assert.equal(table.get(A), undefined);
    assert.equal(table.bucket(B, 10_500), "requested");
    assert.equal(table.bucket(C, 10_500), "introduced");
    table.timedOut(apart(9), 10_500);
  });

  test("lists are oldest first, whatever the order of arrival", () => {
    const table = tableOf();
    const everybody = [A, B, C];
    everybody.forEach((address, i) => table.requested(address, 0, i));
    everybody.toReversed().forEach((address, i) => table.answered(address, 0, 10 + i));
    assert.deepEqual(keys(table.list("contacted", 20)), [C.key, B.key, A.key]);
    table.answered(C, 0, 30);
    assert.deepEqual(keys(table.list("contacted", 30)), [B.key, A.key, C.key]);
    for (const address of everybody) table.timedOut(address, 40);
    assert.deepEqual(keys(table.list("requested", 40)), [A.key, B.key, C.key]);
  });
});

describe("trackers", () => {
  test("never expire, time out or leave with a reset, and are listed by when they were asked", () => {
    const table = tableOf();
    for (const tracker of [A, B]) table.setTracker(tracker, true);
    assert.equal(table.get(A)?.via, NO_VIA);
    table.asked(A, 2, 5);
    table.answered(A, 2, 6);
    table.timedOut(A, 7);
    assert.deepEqual(keys(table.list("tracker", 1e9)), [B.key, A.key]);
    assert.equal(table.reset(1e9), 0);
    assert.deepEqual(table.counts(1e9), { tracker: 2, contacted: 0, requested: 0, introduced: 0 });
    table.remove(A);
    assert.equal(table.get(A), undefined);
  });

  test("whoever ceases to be one stays only as far as something else holds", () => {
    const table = tableOf();
    for (const tracker of [A, B]) table.setTracker(tracker, true);
    table.answered(A, 0, 0);
    for (const tracker of [A, B]) table.setTracker(tracker, false);
    assert.equal(table.bucket(A, 0), "contacted");
    assert.equal(table.get(B), undefined);
    table.setTracker(A, true);
    assert.equal(table.bucket(A, 1e9), "tracker");
    table.setTracker(C, false);
    assert.equal(table.get(C), undefined);
  });

  test("are bounded", () => {
    const table = tableOf();
    for (let i = 0; i < 1_000; i++) table.setTracker(apart(i), true);
    assert.equal(table.counts(0).tracker, MAX_TRACKERS);
  });
});

describe("reset", () => {
  test("takes all but trackers and the spared one, and says how many", () => {
    const table = tableOf();
    for (let i = 0; i < 10; i++) table.requested(apart(i), 0, 0);
    table.introduced(apart(10), 0, 0);
    table.setTracker(apart(20), true);
    assert.equal(table.reset(1, apart(4)), 10);
    assert.deepEqual(keys(table.all(1).map((row) => row.candidate)), [apart(4).key, apart(20).key]);
    assert.equal(table.reset(57_500), 0, "the spared one had expired by itself");
  });

  test("does not forget who is in touch, for as long as it would have been without", () => {
    const table = tableOf();
    table.answered(A, 0, 0);
    table.requested(B, 0, 10);
    table.introduced(C, 0, 20);
    table.reset(100);
    assert.deepEqual(keys(table.inTouch(100)), [A.key, B.key]);
    table.introduced(A, 0, 200);
    table.requested(B, 0, 200);
    assert.deepEqual(keys(table.inTouch(200)), [B.key, A.key], "B is listed again");
    table.reset(300);
    assert.deepEqual(keys(table.inTouch(300)), [B.key, A.key], "after another reset, too");
    assert.deepEqual(keys(table.inTouch(57_500)), [B.key]);
  });

  test("keeps nobody in touch who timed out or was removed since", () => {
    const table = tableOf();
    for (const address of [A, B, C]) table.answered(address, 0, 0);
    table.reset(1);
    table.timedOut(A, 2);
    table.remove(B);
    assert.deepEqual(keys(table.inTouch(3)), [C.key]);
  });

  test("is no clear, after which nobody is", () => {
    const table = tableOf();
    table.setTracker(C, true);
    table.answered(A, 0, 0);
    table.reset(1);
    table.answered(B, 0, 2);
    table.clear(3);
    assert.deepEqual(keys(table.inTouch(3)), []);
    assert.deepEqual(keys(table.all(3).map((row) => row.candidate)), [C.key]);
  });
});

describe("rekey", () => {
  test("keeps the record, its bucket and what is known", () => {
    const table = tableOf();
    const record = table.introduced(A, 0, 0)!;
    record.count = 7;
    record.instance = "aa";
    const moved = table.rekey(A, A.withPort(7_777));
    assert.equal(moved, record);
    assert.equal(moved?.count, 7);
    assert.equal(moved?.address.port, 7_777);
    assert.equal(table.get(A), undefined);
    assert.equal(table.bucket(A.withPort(7_777), 0), "introduced");
    assert.equal(table.sameInstance("aa", A.withPort(7_777), 0), undefined);
    assert.equal(table.bucket(A.withPort(7_777), 27_500), undefined);
  });

  test("merges into who is there already", () => {
    const table = tableOf();
    const to = A.withPort(7_777);
    table.introduced(A, 0, 0);
    const there = table.requested(to, 0, 0);
    assert.equal(table.rekey(A, to), there);
    assert.equal(table.get(A), undefined);
    assert.equal(table.all(0).length, 1);
  });

  test("does nothing for strangers, trackers and the same address", () => {
    const table = tableOf();
    assert.equal(table.rekey(A, B), undefined);
    table.setTracker(A, true);
    assert.equal(table.rekey(A, B), undefined);
    assert.equal(table.bucket(A, 0), "tracker");
    const record = table.requested(C, 0, 0);
    assert.equal(table.rekey(C, C), record);
  });
});

describe("instances", () => {
  test("find one peer at two addresses, as long as both are known", () => {
    const table = tableOf();
    const a = table.requested(A, 0, 0)!;
    const b = table.requested(B, 0, 1)!;
    a.instance = "0102030405060708";
    assert.equal(table.sameInstance(a.instance, A, 1), undefined);
    assert.equal(table.sameInstance(a.instance, B, 1), a);
    b.instance = a.instance;
    assert.equal(table.sameInstance(a.instance, A, 1), b);
    b.instance = "ff";
    assert.equal(table.sameInstance("0102030405060708", A, 1), undefined);
    assert.equal(table.sameInstance("ff", A, 57_500), b);
    assert.equal(table.sameInstance("ff", A, 57_501), undefined, "it expired");
    b.instance = "ee";
    assert.equal(table.sameInstance("ee", A, 57_501), undefined, "a forgotten record is not found");
  });
});

describe("bounds", () => {
  test("a full table refuses newcomers, serves the known and takes anew what expiry frees", () => {
    const table = tableOf({ maxCandidates: 100 });
    for (let i = 0; i < 10_000; i++) table.introduced(apart(i), 0, 0);
    assert.equal(table.all(0).length, 100);
    assert.equal(table.requested(apart(5_000), 0, 0), undefined);
    assert.equal(table.answered(apart(5_000), 0, 0), undefined);
    assert.notEqual(table.answered(apart(5), 0, 0), undefined);
    table.setTracker(apart(6_000), true);
    assert.equal(table.bucket(apart(6_000), 0), "tracker");
    assert.notEqual(table.requested(apart(5_000), 0, 27_500), undefined);
    assert.equal(table.all(27_500).length, 3);
  });
});

type Times = Record<"contacted" | "requested" | "introduced", number>;

/** The rules again, in the slowest and plainest way. */
class Model {
  readonly times = new Map<string, Times>();
  readonly trackers = new Set<string>();
}

test("agrees with a plain model over random histories", () => {
  const random = seeded("table model");
  for (let run = 0; run < 20 * SCALE; run++) {
    const table = tableOf({ groupCaps: false });
    const model = new Model();
    const addresses = Array.from({ length: 30 }, (_, i) => apart(i));
    let now = 0;
    for (let i = 0; i < 400; i++) {
      now += 1 + random.below(3_000);
      act(table, model, addresses[random.below(addresses.length)]!, random.below(20), now);
      compare(table, model, addresses, now);
    }
  }
});

function act(
  table: ReturnType<typeof tableOf>,
  model: Model,
  address: Address,
  action: number,
  now: number,
): void {
  const never = { contacted: -Infinity, requested: -Infinity, introduced: -Infinity };
  const known = table.get(address) === undefined ? undefined : model.times.get(address.key);
  const times = { ...(known ?? never) };
  model.times.set(address.key, times);
  if (action < 5) {
    table.answered(address, 0, now);
    times.contacted = now;
  } else if (action < 10) {
    table.requested(address, 0, now);
    times.requested = now;
  } else if (action < 16) {
    table.introduced(address, 0, now);
    times.introduced = now;
  } else if (action < 18) {
    table.timedOut(address, now);
    times.contacted = -Infinity;
  } else if (action === 18) {
    table.remove(address);
    model.trackers.delete(address.key);
    model.times.set(address.key, never);
  } else {
    table.setTracker(address, true);
    model.trackers.add(address.key);
  }
}

function compare(
  table: ReturnType<typeof tableOf>,
  model: Model,
  addresses: Address[],
  now: number,
): void {
  const expected: Record<string, { key: string; since: number }[]> = {
    contacted: [],
    requested: [],
    introduced: [],
  };
  let trackers = 0;
  for (const address of addresses) {
    const times = model.times.get(address.key);
    const isTracker = model.trackers.has(address.key);
    const bucket = times && bucketOfModel(times, isTracker, now);
    assert.equal(table.bucket(address, now), bucket);
    const candidate = table.get(address);
    if (candidate !== undefined) assert.equal(bucketOf(candidate, isTracker, now), bucket);
    if (bucket === "tracker") trackers++;
    else if (bucket !== undefined)
      expected[bucket]!.push({ key: address.key, since: times![bucket] });
  }
  const counts = table.counts(now);
  assert.equal(counts.tracker, trackers);
  for (const bucket of ["contacted", "requested", "introduced"] as const) {
    const rows = expected[bucket]!.sort((a, b) => a.since - b.since);
    assert.deepEqual(
      keys(table.list(bucket, now)),
      rows.map(({ key }) => key),
    );
    assert.equal(counts[bucket], rows.length);
  }
}

function bucketOfModel(
  times: Times,
  isTracker: boolean,
  now: number,
): "tracker" | "contacted" | "requested" | "introduced" | undefined {
  if (isTracker) return "tracker";
  if (now - times.contacted < 57_500) return "contacted";
  if (now - times.requested < 57_500) return "requested";
  if (now - times.introduced < 27_500) return "introduced";
  return undefined;
}
