import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LanText } from "../../node/host/status/lan.ts";
import type { PlaceRow } from "../../node/host/status/places.ts";
import type { SilenceEvent } from "../../node/host/status/progress.ts";
import { contactedText, silenceText } from "../../node/cli/progress-view.ts";

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
const WEB_SOCKET: PlaceRow = { ...SILENT, place: "wss://example.org:443/dispersy" };
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
  lan: null,
};

describe("what is said of who answers", () => {
  const reached = (address: string, strategy: "direct" | "announced" = "direct"): string =>
    contactedText({ event: "contacted", overlay: "", address, strategy, ms: 500, again: false });

  it("names how: directly, in the LAN, by WebSocket", () => {
    assert.equal(reached("192.0.2.1:6420"), "Reached 192.0.2.1:6420 directly in 0.5 s");
    assert.equal(
      reached("[fd00::1]:6420", "announced"),
      "Found [fd00::1]:6420 on this LAN in 0.5 s",
    );
    const url = "wss://example.org:443/dispersy";
    assert.equal(reached(url), `Reached ${url} by WebSocket in 0.5 s`);
    assert.equal(reached("WebSocket from 192.0.2.1"), "Reached 192.0.2.1 by WebSocket in 0.5 s");
  });
});

describe("what is said after ten seconds of silence", () => {
  it("names each place with its result, and what to do", () => {
    const places = [SILENT, NAME, TRACKER];
    const text = silenceText({ ...SILENCE, places, received: true }, 80);
    assert.match(text, /^ {2}192\.0\.2\.2:44183 {11}no answer$/m);
    assert.match(text, /^ {2}nowhere\.example:6421 {6}the name has no address \(ENOTFOUND\)$/m);
    assert.match(text, /^ {2}tracker\.example\.org:6421 {2}a tracker, which answers$/m);
    assert.match(text, /^What to do: a tracker answers, and has heard of nobody else/m);
  });

  it("does not suspect a firewall where nothing is to go by UDP", () => {
    const place: PlaceRow = { ...SILENT, result: "no-udp" };
    const alone = silenceText({ ...SILENCE, places: [place] }, 80);
    assert.match(alone, /^ {2}192\.0\.2\.2:44183 {2}not asked: nothing goes by UDP/m);
    assert.match(alone, /without\s--ws-only/);
    const failed: PlaceRow = { ...WEB_SOCKET, result: "failed", problem: "nothing is there" };
    const both = silenceText({ ...SILENCE, places: [place, failed] }, 80);
    assert.match(both, /What to do: see what is said of each place/);
    assert.doesNotMatch(alone + both, /firewall/);
  });

  const LAN: LanText = {
    interfaces: ["eth0"],
    announcesMs: 10_000,
    heardMsAgo: null,
    hearsItself: true,
    problem: null,
  };
  const lans: [string, LanText, RegExp][] = [
    ["nobody yet", LAN, /^On this LAN nobody else is heard yet\.$/m],
    ["nobody for long", { ...LAN, announcesMs: 61_000 }, /isolates its clients/],
    ["not even itself", { ...LAN, hearsItself: false }, /a firewall of this machine/],
    ["others", { ...LAN, heardMsAgo: 5_000 }, /other nodes are heard, and none of this overlay/],
    ["a port that is taken", { ...LAN, problem: "another has it" }, /On this LAN: another has it/],
  ];
  for (const [what, lan, expected] of lans) {
    it(`says what is heard on the LAN: ${what}`, () => {
      assert.match(silenceText({ ...SILENCE, lan }, 400), expected);
    });
  }

  it("says nothing of a LAN where there is none", () => {
    for (const lan of [null, { ...LAN, interfaces: [] }]) {
      assert.doesNotMatch(silenceText({ ...SILENCE, lan }, 80), /LAN/);
    }
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
    [
      "a WebSocket to strangers",
      { places: [SILENT, { ...WEB_SOCKET, result: "connected" }] },
      /a WebSocket connects, and nobody there is in this overlay/,
    ],
    [
      "nothing but a WebSocket that fails",
      { places: [{ ...WEB_SOCKET, result: "failed", problem: "its certificate has expired" }] },
      /its certificate has expired[^]*see what is said of each place/,
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
