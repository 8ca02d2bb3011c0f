import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../node/host/log.ts";
import { Seeds } from "../../../node/host/net/seeds.ts";
import type { Address } from "../../../wire/address.ts";

const keys = (addresses: readonly Address[]): string[] => addresses.map(({ key }) => key);
const lookups = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what names no longer stand for goes, unless another place stands for it", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const names: Record<string, string[]> = {
    "a.example": ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
    "b.example": ["192.0.2.3"],
  };
  const changes: [added: string[], gone: string[]][] = [];
  let era = 0;
  const seeds = new Seeds({
    places: ["a.example", "b.example", "192.0.2.1"].map((host) => ({ host, port: 5 })),
    log: createLog({ level: "silent" }),
    liveness: () => "silent",
    changed: (added, gone) => changes.push([keys(added), keys(gone)]),
    era: () => era,
    lookUp: async (host) => names[host]!,
  });
  t.after(() => seeds.close());
  await lookups();
  assert.deepEqual(keys(seeds.addresses), ["192.0.2.1:5", "192.0.2.2:5", "192.0.2.3:5"]);
  names["a.example"] = ["192.0.2.4"];
  era++;
  t.mock.timers.tick(500);
  await lookups();
  assert.deepEqual(keys(seeds.addresses), ["192.0.2.4:5", "192.0.2.3:5"]);
  const added = changes.flatMap(([added]) => added);
  const gone = changes.flatMap(([, gone]) => gone);
  assert.deepEqual(added, ["192.0.2.1:5", "192.0.2.2:5", "192.0.2.3:5", "192.0.2.4:5"]);
  assert.deepEqual(
    gone,
    ["192.0.2.2:5"],
    "neither the literal place nor what b.example stands for",
  );
});

test("after its end it tells nothing", async () => {
  const seeds = new Seeds({
    places: [{ host: "a.example", port: 5 }],
    log: createLog({ level: "silent" }),
    liveness: () => "unknown",
    changed: () => assert.fail("it was closed"),
    era: () => 0,
    lookUp: async () => ["192.0.2.1"],
  });
  seeds.close();
  await lookups();
});
