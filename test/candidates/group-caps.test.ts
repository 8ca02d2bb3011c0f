import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../wire/address.ts";
import { MAX_PER_WIDE_GROUP, MAX_PER_WIDE_GROUP_IN_ALL } from "../../candidates/group-caps.ts";
import { addressGroup } from "../../wire/address-scope.ts";
import { apart, at, SCALE, seeded, tableOf } from "./support.ts";

const EVENTS = ["answered", "requested", "introduced"] as const;

test("at most 2 per /24 and 4 per /16 in each bucket", () => {
  for (const event of EVENTS) {
    const table = tableOf();
    const taken = [1, 1, 1, 2, 2, 2, 3, 4].map((subnet, i) => {
      return table[event](at(`20.5.${subnet}.${i + 1}:6421`), 0, 0) !== undefined;
    });
    assert.deepEqual(taken, [true, true, false, true, true, false, false, false]);
  }
});

test("IPv6 counts by /48 and /32", () => {
  for (const event of EVENTS) {
    const table = tableOf();
    const taken = [1, 1, 1, 2, 2, 2, 3, 4].map((site, i) => {
      return table[event](at(`[2a00:5:${site}:${i + 1}::1]:6421`), 0, 0) !== undefined;
    });
    assert.deepEqual(taken, [true, true, false, true, true, false, false, false]);
    assert.notEqual(table[event](at("[2a00:6:1:1::1]:6421"), 0, 0), undefined);
  }
});

test("at most 10 per /16 in all buckets together", () => {
  const table = tableOf();
  let subnet = 0;
  const taken = EVENTS.map((event) => {
    let count = 0;
    for (let i = 0; i < 8; i++) {
      if (table[event](at(`20.5.${subnet++}.1:6421`), 0, 0) !== undefined) count++;
    }
    return count;
  });
  assert.deepEqual(taken, [4, 4, 2]);
  assert.notEqual(table.requested(at("20.6.0.1:6421"), 0, 0), undefined);
});

test("60,000 ports and a whole /16 get no further than 2 and 4", () => {
  const ports = tableOf({ maxCandidates: 100_000 });
  for (let port = 1; port <= 60_000; port++) ports.requested(at(`20.5.5.5:${port}`), 0, 0);
  assert.equal(ports.counts(0).requested, 2);
  const network = tableOf({ maxCandidates: 100_000 });
  for (let i = 0; i < 65_536; i++) network.introduced(at(`20.5.${i >> 8}.${i & 255}:1`), 0, 0);
  assert.equal(network.counts(0).introduced, 4);
});

test("a newcomer pushes nobody out, and is taken when time has made room", () => {
  const table = tableOf();
  const [first, second, third] = [1, 2, 3].map((i) => at(`20.5.5.${i}:6421`)) as Address[];
  table.requested(first!, 0, 0);
  table.requested(second!, 0, 1_000);
  assert.equal(table.requested(third!, 0, 57_499), undefined);
  assert.equal(table.bucket(first!, 57_499), "requested");
  assert.notEqual(table.requested(third!, 0, 57_500), undefined);
});

test("a move respects the caps of the bucket it leads to, and changes nothing when refused", () => {
  const table = tableOf();
  const [first, second, third] = [1, 2, 3].map((i) => at(`20.5.5.${i}:6421`)) as Address[];
  table.answered(first!, 0, 0);
  table.answered(second!, 0, 0);
  table.requested(third!, 0, 0);
  assert.equal(table.answered(third!, 0, 5), undefined);
  assert.equal(table.bucket(third!, 5), "requested");
  assert.equal(table.get(third!)?.lastAnsweredMs, -Infinity);
});

test("a lapse into a bucket whose group is full ends in none", () => {
  const table = tableOf();
  const [first, second, third] = [1, 2, 3].map((i) => at(`20.5.5.${i}:6421`)) as Address[];
  table.answered(first!, 0, 0);
  table.requested(first!, 0, 1);
  table.requested(second!, 0, 2);
  table.requested(third!, 0, 3);
  assert.equal(table.bucket(first!, 57_499), "contacted");
  table.timedOut(first!, 10_000);
  assert.equal(table.get(first!), undefined);
  assert.equal(table.counts(10_000).requested, 2);
});

test("a new port of one IP is no newcomer, another network is", () => {
  const table = tableOf();
  const [first, second] = [1, 2].map((i) => at(`20.5.5.${i}:6421`)) as Address[];
  table.introduced(first!, 0, 0);
  table.introduced(second!, 0, 0);
  assert.notEqual(table.rekey(first!, first!.withPort(9)), undefined);
  table.introduced(apart(3), 0, 0);
  assert.equal(table.rekey(apart(3), at("20.5.5.3:6421")), undefined);
  assert.equal(table.bucket(apart(3), 0), "introduced");
});

test("no caps for trackers, loopback, private and own networks, nor when switched off", () => {
  const own = tableOf({ ownNetwork: (ip) => ip[0] === 21 });
  const off = tableOf({ groupCaps: false });
  const trackers = tableOf();
  for (let i = 1; i <= 50; i++) {
    for (const host of ["127.0.0.1", "10.1.1.1", "192.168.1.1", "[fd00::1]", "21.1.1.1"]) {
      assert.notEqual(own.requested(at(`${host}:${i}`), 0, 0), undefined);
    }
    assert.notEqual(off.requested(at(`20.5.5.5:${i}`), 0, 0), undefined);
    trackers.setTracker(at(`20.5.5.5:${i}`), true);
    assert.notEqual(trackers.answered(at(`20.5.5.5:${i}`), 0, 0), undefined);
  }
  assert.equal(trackers.counts(0).tracker, 50);
  assert.notEqual(trackers.requested(at("20.5.5.6:1"), 0, 0), undefined);
  trackers.setTracker(at("20.5.5.5:1"), false);
  trackers.setTracker(at("20.5.5.5:2"), false);
  trackers.setTracker(at("20.5.5.5:3"), false);
  assert.equal(trackers.counts(0).contacted, 2, "whoever ceases to be a tracker is counted again");
});

test("a carrier's shared range is capped: strangers are in it", () => {
  const table = tableOf();
  const taken = [1, 2, 3].map((i) => table.requested(at(`100.64.5.${i}:1`), 0, 0) !== undefined);
  assert.deepEqual(taken, [true, true, false]);
});

test("the caps hold over random histories, and empty tables count nothing", () => {
  const random = seeded("caps");
  for (let run = 0; run < 5 * SCALE; run++) {
    const table = tableOf();
    let now = 0;
    for (let i = 0; i < 3_000; i++) {
      now += random.below(400);
      const pick = () => at(`20.${random.below(2)}.${random.below(4)}.${random.below(6)}:1`);
      const action = random.below(12);
      if (action === 0) table.timedOut(pick(), now);
      else if (action === 1) table.remove(pick());
      else if (action === 2) table.rekey(pick(), pick());
      else if (action === 3) table.setTracker(pick(), random.below(2) === 0);
      else table[EVENTS[action % 3]!](pick(), 0, now);
      if (i % 20 === 0) assertCaps(table, now);
    }
    for (const { candidate } of table.all(now)) table.setTracker(candidate.address, false);
    now += 60_000;
    assert.deepEqual(table.all(now), []);
    for (const event of EVENTS) {
      const fresh = [1, 2].map((i) => table[event](at(`20.0.0.${i}:6421`), 0, now));
      assert.ok(fresh.every((candidate) => candidate !== undefined));
      table.reset(now);
    }
  }
});

function assertCaps(table: ReturnType<typeof tableOf>, now: number): void {
  const counts = new Map<string, number>();
  const count = (key: string, most: number): void => {
    const value = (counts.get(key) ?? 0) + 1;
    counts.set(key, value);
    assert.ok(value <= most, `${key}: ${value}`);
  };
  for (const { candidate, bucket } of table.all(now)) {
    if (bucket === "tracker") continue;
    const { ip } = candidate.address;
    count(`${bucket} ${addressGroup(ip)}`, 2);
    count(`${bucket} ${addressGroup(ip, "wide")}`, 4);
    count(addressGroup(ip, "wide"), 10);
  }
}

test("ten times the addresses of all honest ones take no more than the caps in any bucket; without them, more", () => {
  const HONEST = 20;
  const fill = (groupCaps: boolean): { hostile: number; all: number }[] => {
    const table = tableOf({ groupCaps });
    const hostile = new Set<string>();
    for (let i = 0; i < 10 * HONEST; i++) {
      // In two networks (/16), of ten subnets (/24) each.
      const address = at(`200.${i % 2}.${(i >> 1) % 10}.${1 + (i >> 5)}:${1_000 + i}`);
      hostile.add(address.key);
      if (i % 10 === 0) table.answered(apart(i), 0, i);
      table[EVENTS[i % 3]!](address, 0, i);
    }
    return (["contacted", "requested", "introduced"] as const).map((bucket) => {
      const keys = table.list(bucket, 10 * HONEST).map(({ address }) => address.key);
      return { hostile: keys.filter((key) => hostile.has(key)).length, all: keys.length };
    });
  };
  const capped = fill(true);
  assert.equal(capped[0]!.all - capped[0]!.hostile, HONEST, "the honest have their places");
  for (const { hostile } of capped) {
    assert.ok(hostile <= 2 * MAX_PER_WIDE_GROUP, `${hostile} of two networks in a bucket`);
  }
  const total = capped.reduce((sum, { hostile }) => sum + hostile, 0);
  assert.ok(total <= 2 * MAX_PER_WIDE_GROUP_IN_ALL, `${total} of two networks in all`);
  for (const { hostile } of fill(false)) {
    assert.ok(hostile > 2 * MAX_PER_WIDE_GROUP, "without the caps a bucket takes more");
  }
});
