import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { describe, it, type TestContext } from "node:test";
import { type NetcheckJson, netcheckJson, netcheckScreen } from "../../node/cli/netcheck-view.ts";
import type { SurveyReport } from "../../node/core/survey-report.ts";
import type { Netcheck } from "../../node/host/node/netcheck-run.ts";
import { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { dispersy, start } from "./cli.ts";

/** A port that is free, with its successor, at two addresses of this machine. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await bindable("127.0.0.1", 0);
    const places = [
      ["127.0.0.1", port + 1],
      ["127.0.0.2", port],
      ["127.0.0.2", port + 1],
    ] as const;
    const found = await Promise.all(places.map(([host, wanted]) => bindable(host, wanted)));
    if (port < 65_535 && found.every((one) => one !== 0)) return port;
  }
}

/** The port that was bound, and let go again; 0 when it is taken. */
function bindable(host: string, port: number): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => socket.close(() => resolve(0)));
    socket.bind(port, host, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

/** Two trackers at two addresses, which know each other. */
async function trackers(t: TestContext): Promise<[string, string]> {
  const port = await freePort();
  const [first, second] = [`127.0.0.1:${port}`, `127.0.0.2:${port}`];
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const child = start(["tracker", "--json", "--listen", own, "--tracker", other]);
    t.after(() => child.kill());
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`the tracker ended with ${code}`)));
    });
  }
  return [first, second];
}

describe("netcheck", () => {
  it("says what two trackers see, without a home", async (t) => {
    const observers = await trackers(t);
    let found: NetcheckJson | undefined;
    // The first tracker looks for the second one every 2 s until it is there.
    for (let tries = 0; tries < 5 && found?.filtering !== "none"; tries++) {
      const args = ["netcheck", ...observers, "--json", "--listen", "127.0.0.1:0"];
      const { code, stdout, stderr } = await dispersy(args, { env: { XDG_DATA_HOME: "/nowhere" } });
      assert.equal(code, 0, stderr);
      found = JSON.parse(stdout) as NetcheckJson;
    }
    const { mapping, filtering, portAllocation, hairpin, lifetimeMs, address, udp } = found!;
    assert.deepEqual(
      { mapping, filtering, portAllocation, hairpin, lifetimeMs, udp },
      {
        mapping: "none",
        filtering: "none",
        portAllocation: "preserving",
        hairpin: null,
        lifetimeMs: null,
        udp: true,
      },
    );
    assert.match(address!, /^127\.0\.0\.1:[0-9]+$/);
    assert.ok(found!.observers.every(({ answered, secondPort }) => answered && secondPort));
  });

  it("says that nobody answered, and what that means", async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await dispersy(["netcheck", `127.0.0.1:${port}`]);
    assert.equal(code, 1);
    assert.match(stderr, /nobody answered/);
    assert.match(stdout, /^UDP +unknown$/m);
    assert.match(stdout, /did not answer/);
    assert.match(stdout, /Name a second one/);
  });

  it("notices a tracker that is named twice, or by its second port", async () => {
    const port = await freePort();
    const others = [`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`];
    const args = ["netcheck", `127.0.0.1:${port}`, ...others, "--json"];
    const { code, stdout } = await dispersy(args);
    assert.equal(code, 1);
    const { observers, missing } = JSON.parse(stdout) as NetcheckJson;
    assert.ok(observers.length === 1, stdout);
    for (const other of others) {
      assert.ok(
        missing.some((sentence) => sentence.startsWith(`${other} is a tracker`)),
        stdout,
      );
    }
  });

  it("wants observers, as host:port", async () => {
    assert.equal((await dispersy(["netcheck"])).code, 2);
    assert.equal((await dispersy(["netcheck", "somewhere"])).code, 2);
  });
});

const observer = (text: string, changes = {}): SurveyReport["observers"][number] => ({
  address: Address.parse(text)!,
  answered: true,
  otherPort: true,
  helper: true,
  ...changes,
});

function reportOf(changes: Partial<Netcheck>): Netcheck {
  return {
    doubled: [],
    family: 4,
    nat: {
      ...UNKNOWN_NAT,
      mapping: "endpoint-independent",
      filtering: "address-dependent",
      allocation: "preserving",
      portDelta: 0,
      portLow: 1_024,
      portHigh: 2_000,
      mappedPort: 0,
    },
    address: Address.parse("60.0.0.1:5000"),
    hosts: ["60.0.0.1"],
    udp: true,
    hairpin: true,
    observers: [observer("20.0.0.1:6421"), observer("30.0.0.1:6421")],
    ...changes,
  };
}

describe("what netcheck prints", () => {
  it("fits a screen, and misses nothing when all is known", () => {
    const screen = netcheckScreen(reportOf({})).split("\n");
    assert.ok(screen.length <= 24 && screen.every((line) => line.length <= 100), screen.join("\n"));
    assert.deepEqual(netcheckJson(reportOf({})).missing, []);
  });

  it("names the observer whose second port is silent", () => {
    const observers = [observer("20.0.0.1:6421", { otherPort: false }), observer("30.0.0.1:6421")];
    const nat = { ...UNKNOWN_NAT, mapping: "endpoint-independent" } as const;
    const { missing } = netcheckJson(reportOf({ observers, nat }));
    assert.equal(missing.length, 1);
    assert.match(missing[0]!, /20\.0\.0\.1:6421 .* 6422/);
  });

  it("says which place counts for nothing", () => {
    const { missing } = netcheckJson(reportOf({ doubled: ["20.0.0.1:6422"] }));
    assert.deepEqual(missing.length, 1);
    assert.match(missing[0]!, /20\.0\.0\.1:6422 .*named before/);
  });

  it("asks for a second tracker, and for trackers that know each other", () => {
    const observers = [observer("20.0.0.1:6421", { helper: false })];
    const { missing } = netcheckJson(reportOf({ observers, nat: UNKNOWN_NAT }));
    assert.equal(missing.length, 2);
    assert.match(missing[0]!, /second tracker/);
    assert.match(missing[1]!, /--tracker/);
  });

  it("tells blocked UDP from what is not known", () => {
    const nobody = { nat: UNKNOWN_NAT, address: undefined, hosts: [], hairpin: undefined };
    assert.match(netcheckScreen(reportOf({ ...nobody, udp: false })), /UDP +blocked/);
    assert.equal(netcheckJson(reportOf({ ...nobody, udp: undefined })).udp, null);
    assert.equal(netcheckJson(reportOf({ ...nobody, udp: false })).udp, false);
  });

  it("says what the lifetime test showed", () => {
    const lifetime = { keepAliveMs: 48_000, longestS: 60, brokenS: 90 };
    const report = reportOf({ lifetime });
    assert.match(netcheckScreen(report), /60 s idle survived, 90 s did not; sending every 48 s/);
    assert.equal(netcheckJson(report).lifetimeMs, 48_000);
    assert.deepEqual(netcheckJson(report).lifetimeTested, { longestS: 60, brokenS: 90 });
  });

  it("describes every way to assign ports", () => {
    for (const [allocation, portDelta, text] of [
      ["sequential", 2, /\+2/],
      ["sequential", -1, /-1/],
      ["block", 0, /1024 to 2000/],
      ["random", 0, /random/],
      ["unknown", 0, /Ports +unknown/],
    ] as const) {
      const nat = { ...reportOf({}).nat, allocation, portDelta };
      assert.match(netcheckScreen(reportOf({ nat })), text);
    }
  });
});
