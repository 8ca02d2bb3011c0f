import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DialTurns, type KnownPlace } from "../../../node/host/carriers/dial-turns.ts";
import { webSocketUrl } from "../../../wire/websocket-place.ts";

const known = (name: string, isHeard: boolean): KnownPlace => ({
  place: { host: `${name}.example.org`, port: 443, path: "/", tls: true },
  isHeard,
});

/** What is dialled within so many seconds, by when, if `dial` says what comes of it. */
function dialled(
  places: (second: number) => KnownPlace[],
  dial: (turns: DialTurns, url: string, now: number) => void,
  seconds = 600,
): { name: string; ms: number }[] {
  const turns = new DialTurns();
  const found: { name: string; ms: number }[] = [];
  for (let ms = 0; ms < seconds * 1_000; ms += 500) {
    const next = turns.next(places(ms / 1_000), ms);
    if (next === undefined) continue;
    turns.begins(next, ms);
    dial(turns, webSocketUrl(next.place), ms);
    found.push({ name: next.place.host.split(".")[0]!, ms });
  }
  return found;
}

const inVain = (turns: DialTurns, url: string, now: number): void =>
  turns.failed(url, "in vain", now);
/** Somebody of the overlay answers, and is gone at once. */
const shortly = (turns: DialTurns, url: string, now: number): void => {
  turns.served(url, now);
  turns.ended(now);
};

describe("turns of dialling", () => {
  test("come more and more seldom, and each place has its own", () => {
    const all = dialled(() => [known("a", false), known("b", false), known("c", true)], inVain);
    const names = all.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 7), ["a", "b", "c", "a", "c", "b", "c"]);
    const pauses = all.slice(1).map(({ ms }, i) => ms - all[i]!.ms);
    assert.deepEqual(
      pauses.slice(0, 7),
      [1, 2, 4, 8, 16, 32, 60].map((s) => s * 1_000),
    );
    assert.ok(
      pauses.slice(7).every((ms) => ms === 60_000),
      `${pauses}`,
    );
  });

  test("keep why the last one was in vain until the next one is not", () => {
    const turns = new DialTurns();
    const place = known("a", false);
    const url = webSocketUrl(place.place);
    turns.begins(place, 0);
    assert.equal(turns.problemOf(url), undefined, "nothing was in vain yet");
    turns.failed(url, "in vain", 1);
    turns.begins(place, 1_000);
    assert.equal(turns.problemOf(url), "in vain", "it is logged and shown as if it were new");
    turns.opened(url);
    assert.equal(turns.problemOf(url), undefined, "it is connected");
  });

  test("of what others told of are six in a minute, whatever they tell and whoever answers there", () => {
    for (const outcome of [inVain, shortly]) {
      const places = (second: number): KnownPlace[] =>
        Array.from({ length: 16 }, (_, i) => known(`lie-${Math.floor(second)}-${i}`, true));
      const all = dialled(places, outcome);
      assert.ok(all.length > 0, "they are dialled at all");
      for (const { ms } of all) {
        const minute = all.filter((other) => other.ms >= ms && other.ms < ms + 60_000);
        assert.ok(minute.length <= 6, `${minute.length} in a minute`);
      }
    }
  });

  test("are everybody's, however many new places somebody tells of", () => {
    // One who lies tells of new places all the time, each before the honest ones.
    const places = (second: number): KnownPlace[] => [
      known("named", false),
      ...Array.from({ length: 15 }, (_, i) => known(`lie-${Math.floor(second)}-${i}`, true)),
      known("honest", true),
    ];
    const all = dialled(places, inVain, 3_600);
    for (const [name, atLeast] of [
      ["named", all.length / 3],
      ["honest", all.length / 50],
    ] as const) {
      const turns = all.filter((each) => each.name === name).length;
      assert.ok(turns >= Math.max(2, atLeast), `${name}: ${turns} of ${all.length}`);
    }
  });

  test("of what the user named come at once again once somebody answered there", () => {
    const all = dialled(() => [known("own", false)], shortly, 60);
    assert.ok(all.length > 30, `${all.length} in a minute`);
  });
});
