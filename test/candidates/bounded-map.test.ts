import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BoundedMap } from "../../candidates/bounded-map.ts";

function mapOf(max: number, ...keys: string[]): BoundedMap<string, number> {
  const map = new BoundedMap<string, number>(max);
  for (const [i, key] of keys.entries()) map.set(key, i);
  return map;
}

function kept(map: BoundedMap<string, number>): string {
  return [...map.keys()].toSorted().join("");
}

describe("a bounded map", () => {
  test("lets the entry go that was set longest ago", () => {
    assert.equal(kept(mapOf(3, "a", "b", "c", "d")), "bcd");
    assert.equal(kept(mapOf(3, "a", "b", "c", "a", "d")), "acd");
  });

  test("keeps what is used, not what is looked at", () => {
    const map = mapOf(2, "a", "b");
    assert.equal(map.get("a"), 0);
    map.set("c", 2);
    assert.equal(kept(map), "bc");
    assert.equal(map.use("b"), 1);
    map.set("d", 3);
    assert.equal(kept(map), "bd");
    assert.equal(map.use("a"), undefined);
  });

  test("forgets what is deleted, and has its room again", () => {
    const map = mapOf(2, "a", "b");
    map.delete("a");
    map.delete("a");
    map.set("c", 2);
    assert.equal(kept(map), "bc");
    map.clear();
    assert.equal(map.size, 0);
    map.set("d", 3);
    map.set("e", 4);
    map.set("f", 5);
    assert.equal(kept(map), "ef");
  });

  // A plain Map walks over the places of what was deleted at its front: 64 times as large, it took 22 times as long.
  test("lets the oldest go in the same time however large it is", () => {
    const [small, large] = [1_024, 65_536].map((max) => {
      const map = new BoundedMap<number, number>(max);
      for (let i = 0; i < max; i++) map.set(i, i);
      const times = Array.from({ length: 5 }, (_, run) => {
        const began = process.hrtime.bigint();
        for (let i = 0; i < 20_000; i++) map.set(max + run * 20_000 + i, i);
        return Number(process.hrtime.bigint() - began);
      });
      return Math.min(...times);
    });
    // Measured: 2 to 3, as more memory is slower.
    assert.ok(large! < 10 * small!, `${large! / small!} times as long`);
  });
});
