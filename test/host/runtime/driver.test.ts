import assert from "node:assert/strict";
import { test } from "node:test";
import { Driver } from "../../../node/host/runtime/driver.ts";
import { createLog } from "../../../node/host/log.ts";
import type { UdpSockets } from "../../../node/host/net/udp.ts";
import type { Effect, EngineEvent } from "../../../node/core/effects.ts";
import type { Engine } from "../../../node/engine/engine.ts";
import type { Input } from "../../../node/core/inputs.ts";
import { until } from "../support.ts";

/** An engine that does as told and remembers what it was fed. */
function scripted(react: (input: Input) => Effect[]) {
  const inputs: Input[] = [];
  let effects: Effect[] = [];
  const engine = {
    due: Number.POSITIVE_INFINITY,
    handle(input: Input) {
      assert.equal(effects.length, 0, "all effects are drained before the next input");
      inputs.push(input);
      effects = react(input);
    },
    poll: () => effects.shift(),
    deadline() {
      return this.due;
    },
  };
  return { engine, inputs };
}

interface World {
  commit?: () => Promise<void>;
  notify?: (event: EngineEvent) => void;
  sockets?: Partial<UdpSockets>;
}

function driverOf(engine: object, world: World = {}) {
  const { commit = async () => {}, notify = () => {}, sockets } = world;
  return new Driver({
    engine: engine as Engine,
    log: createLog({ level: "silent" }),
    check: async (checks) => checks.map(() => true),
    links: { send: () => {} },
    store: () => ({ commit }),
    sockets: () => sockets as UdpSockets | undefined,
    notify,
  });
}

const event: Effect = {
  kind: "notify",
  event: { event: "policy", overlay: "x", writers: "open", unknownRequirements: 0 },
};
const commit: Effect = {
  kind: "commit",
  overlay: "x",
  batch: 1,
  add: [],
  remove: [],
  clock: 1,
  admitted: 1,
};
const kinds = (inputs: Input[]) => inputs.map(({ kind }) => kind);

test("an input out of an event waits until the effects are drained", () => {
  const { engine, inputs } = scripted((input) => (input.kind === "tick" ? [event, event] : []));
  const driver = driverOf(engine, { notify: () => driver.input({ kind: "resumed" }) });
  driver.input({ kind: "tick" });
  assert.deepEqual(kinds(inputs), ["tick", "resumed", "resumed"]);
});

test("a defect in the engine or a listener stops neither", () => {
  const { engine, inputs } = scripted((input) => {
    if (input.kind === "resumed") throw new Error("defect");
    return [event];
  });
  const driver = driverOf(engine, {
    notify: () => {
      throw new Error("defect");
    },
  });
  for (const kind of ["resumed", "tick", "tick"] as const) driver.input({ kind });
  assert.equal(inputs.length, 3);
  assert.equal(driver.defects, 3);
});

test("a commit is answered; a failed one with its reason, told once and until one succeeds", async () => {
  const { engine, inputs } = scripted((input) => (input.kind === "tick" ? [commit] : []));
  let full = true;
  const driver = driverOf(engine, {
    commit: async () => {
      if (full) throw new Error("no space left on device");
    },
  });
  driver.input({ kind: "tick" });
  await driver.idle();
  assert.equal(driver.storeFailure?.reason, "no space left on device");
  full = false;
  driver.input({ kind: "tick" });
  await driver.close();
  assert.equal(driver.storeFailure, undefined);
  assert.deepEqual(kinds(inputs), ["tick", "commit-failed", "tick", "committed"]);
});

test("closing waits for the commit under way and then ignores everything", async () => {
  let finish = () => {};
  const { engine, inputs } = scripted((input) => (input.kind === "tick" ? [commit] : []));
  const driver = driverOf(engine, { commit: () => new Promise((resolve) => (finish = resolve)) });
  driver.input({ kind: "tick" });
  const closed = driver.close();
  finish();
  await closed;
  assert.deepEqual(kinds(inputs), ["tick", "committed"]);
  driver.input({ kind: "tick" });
  assert.equal(inputs.length, 2);
});

test("a deadline brings a tick, a past one too, and none brings none", async () => {
  const { engine, inputs } = scripted(() => []);
  const driver = driverOf(engine);
  engine.due = 0;
  driver.input({ kind: "resumed" });
  await until("ticks", () => inputs.length >= 3);
  engine.due = Number.POSITIVE_INFINITY;
  await until("the last one", () => inputs.at(-1)?.kind === "tick");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { length } = inputs;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(inputs.length, length);
  await driver.close();
});

test("verified signatures come back by job", async () => {
  const bytes = new Uint8Array(1);
  const checks = [{ publicKey: bytes, message: bytes, signature: bytes }];
  const { engine, inputs } = scripted((input) =>
    input.kind === "tick" ? [{ kind: "verify", overlay: "aa", job: 7, checks }] : [],
  );
  const driver = driverOf(engine);
  driver.input({ kind: "tick" });
  await until("the answer", () => inputs.length === 2);
  assert.deepEqual(inputs[1], { kind: "verified", overlay: "aa", job: 7, valid: [true] });
  await driver.close();
});

test("sockets are opened and closed, and their numbers come back by job", async () => {
  const closed: number[][] = [];
  const sockets = {
    open: async (_family: number, count: number) =>
      Array.from({ length: count - 1 }, (_, i) => 9 + i),
    release: (via: readonly number[]) => void closed.push([...via]),
  };
  const { engine, inputs } = scripted((input) => {
    if (input.kind === "tick") return [{ kind: "open", job: 7, family: 4, count: 3 }];
    return input.kind === "opened" ? [{ kind: "close", via: input.via }] : [];
  });
  const driver = driverOf(engine, { sockets });
  driver.input({ kind: "tick" });
  await until("the answer", () => closed.length === 1);
  assert.deepEqual(inputs[1], { kind: "opened", job: 7, via: [9, 10] });
  assert.deepEqual(closed, [[9, 10]]);
  await driver.close();
});

test("without sockets none is opened", async () => {
  const { engine, inputs } = scripted((input) =>
    input.kind === "tick" ? [{ kind: "open", job: 7, family: 6, count: 3 }] : [],
  );
  const driver = driverOf(engine);
  driver.input({ kind: "tick" });
  await until("the answer", () => inputs.length === 2);
  assert.deepEqual(inputs[1], { kind: "opened", job: 7, via: [] });
  await driver.close();
});
