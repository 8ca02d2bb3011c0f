import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlaceRow } from "../../node/host/status/places.ts";
import type { SilenceEvent } from "../../node/host/status/progress.ts";
import { silenceText } from "../../node/cli/progress-view.ts";

const SILENT: PlaceRow = {
  place: "192.0.2.2:44183",
  named: true,
  tracker: false,
  result: "silent",
};
const TRACKER: PlaceRow = {
  place: "tracker.example.org:6421",
  named: true,
  tracker: true,
  result: "answers",
};
const NAME: PlaceRow = {
  place: "nowhere.example:6421",
  named: true,
  tracker: false,
  result: "unresolved",
  code: "ENOTFOUND",
};
const SILENCE: SilenceEvent = {
  event: "silence",
  overlay: "cd".repeat(20),
  seconds: 10,
  bundles: 0,
  places: [SILENT],
  introduced: 0,
  failures: [],
  received: false,
  sendErrors: [],
};

describe("what is said after ten seconds of silence", () => {
  it("names each place with its result, and what to do", () => {
    const places = [SILENT, NAME, TRACKER];
    const text = silenceText({ ...SILENCE, places, received: true }, 80);
    assert.match(text, /^ {2}192\.0\.2\.2:44183 {11}no answer$/m);
    assert.match(text, /^ {2}nowhere\.example:6421 {6}the name has no address \(ENOTFOUND\)$/m);
    assert.match(text, /^ {2}tracker\.example\.org:6421 {2}a tracker, which answers$/m);
    assert.match(text, /^What to do: a tracker answers, and has heard of nobody else/m);
  });

  const cases: [string, Partial<SilenceEvent>, RegExp][] = [
    ["a silent place", {}, /whether their node runs/],
    ["a ticket that names nobody", { places: [] }, /there is nobody to ask[^]*newer ticket/],
    ["a name that nobody knows", { places: [NAME] }, /whether the names are right/],
    ["a machine that sends nothing", { sendErrors: ["EPERM"] }, /no datagram out \(EPERM\)/],
    ["a NAT that lets nobody in", { introduced: 2, received: true }, /no path to them is open yet/],
    [
      "another secret than the others have",
      { places: [{ ...SILENT, result: "answers" }, TRACKER], introduced: 1, received: true },
      /lacks the overlay's secret, or has another one/,
    ],
    ["a home that holds bundles", { bundles: 3 }, /whether the others' nodes run/],
  ];
  for (const [what, event, advice] of cases) {
    it(`helps with ${what}`, () => {
      assert.match(silenceText({ ...SILENCE, ...event }, 1_000), advice);
    });
  }

  it("fits a terminal, but for commands, which are to be copied", () => {
    for (const columns of [80, 40]) {
      const text = silenceText(SILENCE, columns);
      const long = text
        .split("\n")
        .filter((line) => line.length > columns && !line.startsWith("  "));
      assert.deepEqual(long, []);
    }
  });

  it("lets no place steer the terminal", () => {
    const text = silenceText({ ...SILENCE, places: [{ ...SILENT, place: "a\u001b[2Jb:1" }] }, 80);
    assert.ok(!text.includes("\u001b"));
  });
});
