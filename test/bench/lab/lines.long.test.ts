import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LINE_HOSTS, LineLab, type LineLabOptions } from "../../../bench/lab/line-lab.ts";
import { joinOn, LineHolder, LineHomes } from "../../../bench/lab/line-nodes.ts";
import { presentPrefixes } from "../../../bench/lab/namespaces.ts";
import { LabProcess } from "../../../bench/lab/process.ts";
import { ownProgram } from "../../../bench/lab/programs.ts";
import { skipReason } from "./available.ts";

const CLEAN = { roundTripMs: 10, loss: 0, bitsPerSecond: 0, bufferMs: 500 };

async function inLab(options: LineLabOptions, use: (lab: LineLab) => Promise<void>): Promise<void> {
  const lab = await LineLab.up(options);
  try {
    await use(lab);
  } finally {
    lab.down();
  }
  assert.ok(!presentPrefixes().includes(lab.prefix));
}

/** Least round trip of so many echoes, in ms, and how many came back. */
function echoes(lab: LineLab, count: number): { leastMs: number; received: number } {
  const command = ["ping", "-c", `${count}`, "-i", "0.01", "-W", "2", "-q", LINE_HOSTS.b];
  const said = lab.exec("a", ["sh", "-c", `${command.join(" ")} || true`]);
  return {
    leastMs: Number(/= ([\d.]+)\//.exec(said)?.[1]),
    received: Number(/(\d+) received/.exec(said)?.[1]),
  };
}

async function streamSeconds(lab: LineLab, bytes: number): Promise<number> {
  const serving = new LabProcess(lab, "a", ownProgram("stream", "serve", "7000", `${bytes}`));
  await serving.ready();
  const fetching = new LabProcess(lab, "b", ownProgram("stream", "fetch", LINE_HOSTS.a, "7000"));
  const done = await fetching.hears(({ event }) => event === "done", 60_000);
  return Number(done?.["seconds"]);
}

describe("the line lab", { skip: skipReason }, () => {
  it("takes the round trip that is asked for, and no more than a busy machine adds", async () => {
    await inLab({ ...CLEAN, roundTripMs: 80 }, async (lab) => {
      const { leastMs } = echoes(lab, 20);
      assert.ok(leastMs >= 79 && leastMs < 120, `${leastMs} ms`);
    });
  });

  it("is as narrow as asked", async () => {
    await inLab({ ...CLEAN, bitsPerSecond: 4_000_000 }, async (lab) => {
      // A megabyte takes two seconds, its headers some more.
      const seconds = await streamSeconds(lab, 1_000_000);
      assert.ok(seconds >= 1.9 && seconds < 4, `${seconds} s`);
    });
  });

  it("loses UDP and TCP, as a voice hears", async () => {
    await inLab({ ...CLEAN, loss: 0.5 }, async (lab) => {
      const hearing = new LabProcess(lab, "b", ownProgram("voice", "hear", "5004"));
      await hearing.ready();
      lab.spawn("a", ownProgram("voice", "speak", LINE_HOSTS.b, "5004"), { stdio: "ignore" });
      const isHeard = ({ event }: { event: string }): boolean => event === "heard";
      await hearing.hears(isHeard, 60_000, 100);
      const [{ stats64 }] = JSON.parse(
        lab.exec("a", ["ip", "-s", "-j", "link", "show", "eth0"]),
      ) as [{ stats64: { tx: { packets: number } } }];
      const sent = stats64.tx.packets;
      // Five standard deviations of 100 / 0.5, and a few ARP packets.
      assert.ok(sent > 130 && sent < 290, `100 of ${sent} came`);
    });
  });

  it("lets a node join another", async () => {
    const homes = new LineHomes();
    try {
      const home = homes.holding(200);
      await inLab(CLEAN, async (lab) => {
        const holder = await LineHolder.start(lab, "a", home);
        const options = { home: homes.fresh(), bundles: 200, limitMs: 60_000 };
        const join = await joinOn(lab, [holder.ticket], options);
        assert.deepEqual([join.done, join.bundles], [true, 200]);
        assert.ok(join.wireBytes > 200 * 300);
      });
    } finally {
      homes.close();
    }
  });
});
