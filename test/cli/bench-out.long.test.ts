import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { type SmallDisk, smallDisk } from "../e2e/small-disk.ts";
import { type Result, dispersy, jsonLines, start, temporaryFolder } from "./cli.ts";

/** Would take a second; what is refused before it starts says nothing of progress. */
const TINY = ["bench", "bandwidth", "--nodes", "3", "--minutes", "1"];
/** Takes some seconds, and says early that it is under way. */
const SLOW = ["bench", "spread", "--nodes", "20", "--trials", "1"];

function assertRefused({ code, stdout, stderr }: Result, option: string): void {
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "");
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 2, `nothing was begun: ${stderr}`);
  assert.match(
    lines[0]!,
    /^error: nothing can be written to .* \([A-Z]+\), so nothing was measured$/,
  );
  assert.ok(lines[1]!.endsWith(`${option}.`), lines[1]);
}

/** A real filesystem of 3 MB, in a folder that goes after it; the reason where none is to be had. */
function mounted(context: TestContext): SmallDisk | string {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-disk-"));
  const disk = smallDisk(context, "tmpfs", folder);
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return disk;
}

/** Runs a command, and does something once it is under way. */
async function during(args: string[], interfere: () => void): Promise<Result> {
  const child = start(args);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderr === "") interfere();
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

describe("a place that an experiment cannot write to", () => {
  it("is refused before it: a file in the way, or a folder", async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    mkdirSync(join(folder, "taken", "report.md"), { recursive: true });
    for (const out of [file, join(file, "below"), join(folder, "taken")]) {
      assertRefused(await dispersy([...TINY, "--out", out]), "--out");
    }
    assert.equal(readFileSync(file, "utf8"), "mine");
    const faults = ["bench", "faults", "--seeds", "1", "--trace", folder];
    assertRefused(await dispersy(faults), "--trace");
    const lab = [
      "bench",
      "nat",
      "--lab",
      "--pairs",
      "eif:eif",
      "--trials",
      "1",
      "--record",
      folder,
    ];
    assertRefused(await dispersy(lab), "--record");
  });

  it("is refused before it: a folder of another user, a disk that is full", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("becoming another user takes root");
    const folder = temporaryFolder(context);
    chmodSync(folder, 0o755);
    const within = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    assertRefused(await dispersy([...TINY, "--out", join(folder, "report")], { within }), "--out");
    const disk = mounted(context);
    if (typeof disk === "string") return context.skip(disk);
    disk.fill(0);
    assertRefused(await dispersy([...TINY, "--out", disk.path]), "--out");
    assert.deepEqual(readdirSync(disk.path), ["ballast"]);
  });

  it("is left as it was found when it is fine", async (context) => {
    const out = join(temporaryFolder(context), "new", "report");
    assert.equal((await dispersy([...TINY, "--out", out, "--seed", "x"])).code, 2);
    assert.ok(!existsSync(out));
  });
});

describe("a disk that becomes full during an experiment", () => {
  async function full(context: TestContext, ...flags: string[]): Promise<Result | undefined> {
    const disk = mounted(context);
    if (typeof disk === "string") {
      context.skip(disk);
      return undefined;
    }
    return during([...SLOW, "--out", disk.path, ...flags], () => disk.fill(0));
  }

  it("loses no result: it is printed, then what was not written is said", async (context) => {
    for (const flags of [[], ["--json"]]) {
      const result = await full(context, ...flags);
      if (result === undefined) return;
      const { code, stdout, stderr } = result;
      assert.equal(code, 1, stderr);
      const what = /^the figures were printed; .* cannot be written \(ENOSPC\)$/;
      const said = stderr.trimEnd().split("\n");
      if (flags.length === 0) {
        assert.match(said.at(-2)!.replace("error: ", ""), what);
        assert.match(stdout, /^RESULT\n/);
      } else {
        const { error } = JSON.parse(said.at(-1)!) as { error: { message: string } };
        assert.match(error.message, what);
        assert.equal(jsonLines(stdout).length, 1);
      }
    }
  });
});
