import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineEvent } from "../../../node/core/effects.ts";
import type { PlaceRow } from "../../../node/host/status/places.ts";
import {
  Progress,
  type ProgressEvent,
  type ProgressState,
} from "../../../node/host/status/progress.ts";
import { Address } from "../../../wire/address.ts";

const overlay = "cd".repeat(20);
const address = Address.of("192.0.2.7", 4100)!;
const CONTACTED: EngineEvent = {
  event: "contacted",
  overlay,
  address,
  strategy: "puncture",
  ms: 300.4,
};
const ALONE: EngineEvent = { event: "alone", overlay };
const PLACE: PlaceRow = {
  place: "192.0.2.2:44183",
  named: true,
  tracker: false,
  result: "silent",
};
/** A newcomer's. */
const STATE: ProgressState = {
  bundles: 0,
  controlBundles: 0,
  peersHold: 0,
  upToDate: false,
  contacted: 0,
  introduced: 0,
  places: () => [PLACE],
  received: false,
  sendErrors: [],
  isOutdated: false,
  problems: [],
  lan: null,
};

/** A node that begins at 0, and what it tells in an order of happenings. */
function story() {
  const progress = new Progress(overlay, 0);
  const names = (events: ProgressEvent[]): string[] => events.map(({ event }) => event);
  return {
    progress,
    heard: (event: EngineEvent, now: number) => names(progress.heard(event, now)),
    look: (state: Partial<ProgressState>, now: number) =>
      names(progress.look({ ...STATE, ...state }, now)),
  };
}

describe("the progress of an overlay", () => {
  it("tells how a contact was reached, how the bundles come, and their end once", () => {
    const { progress, look, heard } = story();
    assert.deepEqual(look({}, 0), []);
    assert.deepEqual(progress.heard(CONTACTED, 300), [
      {
        event: "contacted",
        overlay,
        address: "192.0.2.7:4100",
        strategy: "puncture",
        ms: 300,
        again: false,
      },
    ]);
    const holding = { contacted: 1, peersHold: 12_002, controlBundles: 2 };
    assert.deepEqual(progress.look({ ...STATE, ...holding, bundles: 37 }, 1_000), [
      { event: "catching-up", overlay, bundles: 37, of: 12_000 },
    ]);
    assert.deepEqual(look({ ...holding, bundles: 37 }, 1_500), [], "nothing has come since");
    const all = { ...STATE, ...holding, bundles: 12_000, upToDate: true };
    assert.deepEqual(progress.look(all, 4_400), [
      { event: "up-to-date", overlay, bundles: 12_000, added: 12_000, ms: 4_100 },
    ]);
    assert.deepEqual(look(all, 5_000), []);
    assert.equal(progress.isMoving, false);
    assert.deepEqual(
      look({ ...all, bundles: 12_001, upToDate: false }, 9_000),
      [],
      "ordinary life",
    );
    const many = { ...all, upToDate: false, peersHold: 13_000 };
    assert.deepEqual(look({ ...many, bundles: 12_050 }, 10_000), ["catching-up"]);
    assert.deepEqual(heard(CONTACTED, 11_000), ["contacted"]);
  });

  it("is never one of somebody who lacks nothing", () => {
    const { progress } = story();
    progress.look({ ...STATE, bundles: 12_000 }, 0);
    progress.heard(CONTACTED, 300);
    const founder = { ...STATE, contacted: 1, bundles: 12_000 };
    assert.deepEqual(progress.look({ ...founder, peersHold: 37 }, 1_000), []);
    assert.deepEqual(progress.look({ ...founder, peersHold: 12_000, upToDate: true }, 2_000), [
      { event: "up-to-date", overlay, bundles: 12_000, added: 0, ms: 1_700 },
    ]);
  });

  it("is silence, told once with what was tried, when nobody answers", () => {
    const { progress, look } = story();
    const reason = "the other side does not answer";
    const path: EngineEvent = {
      event: "path",
      overlay,
      instance: "00".repeat(8),
      address,
      open: false,
      role: "asking",
      strategy: "birthday",
      probes: 256,
      ms: 9_000,
      reason,
    };
    progress.heard(path, 9_000);
    assert.deepEqual(look({}, 9_900), []);
    assert.deepEqual(progress.look({ ...STATE, sendErrors: ["EPERM"] }, 10_000), [
      {
        event: "silence",
        overlay,
        seconds: 10,
        bundles: 0,
        places: [PLACE],
        introduced: 0,
        failures: [{ address: "192.0.2.7:4100", reason }],
        received: false,
        sendErrors: ["EPERM"],
        lan: null,
      },
    ]);
    assert.deepEqual(look({}, 20_000), []);
    assert.equal(progress.isMoving, false);
    assert.deepEqual(progress.heard(CONTACTED, 30_000).length, 1);
  });

  it("is no silence of a founder who has nobody to ask, but is of a ticket without places", () => {
    assert.deepEqual(story().look({ places: () => [], controlBundles: 1 }, 10_000), []);
    assert.deepEqual(story().look({ places: () => [] }, 10_000), ["silence"]);
  });

  it("tells that nobody is left unless somebody answers again at once, as after a change of network", () => {
    const { progress, look, heard } = story();
    const life = { contacted: 1, bundles: 3, upToDate: true };
    assert.deepEqual([heard(CONTACTED, 0), look(life, 100)], [["contacted"], ["up-to-date"]]);
    heard(ALONE, 1_000);
    assert.deepEqual(look({ ...life, contacted: 0 }, 1_500), []);
    heard(CONTACTED, 2_000);
    assert.deepEqual(look(life, 10_000), []);
    heard(ALONE, 20_000);
    assert.deepEqual(look({ ...life, contacted: 0 }, 23_000), ["alone"]);
    assert.deepEqual(look({ ...life, contacted: 0 }, 60_000), []);
    const [back] = progress.heard(CONTACTED, 70_000);
    assert.ok(back?.event === "contacted" && back.again);
    assert.deepEqual(look(life, 70_100), ["up-to-date"]);
  });

  it("is a stall, told once with what is wrong, when bundles are missing and none comes", () => {
    const { progress, look, heard } = story();
    const state = { contacted: 1, peersHold: 500, bundles: 20 };
    assert.deepEqual([heard(CONTACTED, 0), look(state, 0)], [["contacted"], ["catching-up"]]);
    assert.deepEqual(look(state, 29_000), []);
    const problems = ["the disk is full"];
    assert.deepEqual(progress.look({ ...STATE, ...state, problems }, 30_000), [
      { event: "stalled", overlay, bundles: 20, of: 500, seconds: 30, problems },
    ]);
    assert.deepEqual(look(state, 90_000), []);
    assert.deepEqual(look({ ...state, bundles: 21 }, 91_000), ["catching-up"]);
    assert.deepEqual(look({ ...state, bundles: 21 }, 121_000), ["stalled"]);
  });

  it("ends where the overlay requires a newer version", () => {
    const { progress, look, heard } = story();
    heard(CONTACTED, 0);
    assert.deepEqual(look({ contacted: 1, isOutdated: true }, 100), ["outdated"]);
    heard(ALONE, 60_000);
    assert.deepEqual(look({ isOutdated: true }, 90_000), []);
    assert.equal(progress.isMoving, false);
  });

  it("is told from where it is to whoever begins to watch later", () => {
    const { look } = story();
    assert.deepEqual(look({ contacted: 1, peersHold: 500, bundles: 20 }, 0), ["catching-up"]);
    assert.deepEqual(look({ contacted: 1, bundles: 500, upToDate: true }, 500), ["up-to-date"]);
  });
});

describe("the WebSocket of an overlay", () => {
  const url = "wss://example.org:443/dispersy";
  const spare = { webSocket: { state: "spare", only: false } } as const;
  const connecting = { webSocket: { state: "connecting", only: false } } as const;
  const connected = { webSocket: { state: "connected", url, only: false } } as const;
  const failed = { webSocket: { ...connecting.webSocket, problem: "why" } } as const;

  it("is told when it begins, and when UDP serves again, not what is between", () => {
    const told = story();
    const look = (state: Partial<ProgressState>, now: number) =>
      told.look({ contacted: 1, ...state }, now);
    assert.deepEqual(look(spare, 0), []);
    assert.deepEqual(look(connecting, 3_000), []);
    assert.deepEqual(look(connected, 3_500), ["websocket"]);
    assert.deepEqual(look(connected, 4_000), []);
    assert.deepEqual(look(connecting, 4_500), [], "it is lost, and connected again");
    assert.deepEqual(look(connected, 5_000), []);
    assert.deepEqual(look(spare, 70_000), ["udp"]);
    assert.deepEqual(look(spare, 71_000), []);
    assert.deepEqual(look(connected, 80_000), ["websocket"]);
  });

  it("that is not to be had is told once for each reason", () => {
    const { look } = story();
    const names = [failed, failed, connecting, failed].map((state, i) => look(state, i * 500));
    assert.deepEqual(names, [["no-websocket"], [], [], []]);
    const other = { webSocket: { ...failed.webSocket, problem: "another" } };
    assert.deepEqual(look(other, 5_000), ["no-websocket"]);
  });

  it("shows whom it reached by where the link leads", () => {
    const progress = new Progress(overlay, 0, () => url);
    const [event] = progress.heard(CONTACTED, 300);
    assert.ok(event?.event === "contacted" && event.address === url, JSON.stringify(event));
  });
});
