import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Status } from "../../node/host/status/node-status.ts";
import { ROOT } from "../helpers/built.ts";
import { type Program, type Ready, Stage } from "./program.ts";

/* The units and the container file of docs/operating, and the program with what they leave it. */

const UNITS = { "dispersy.service": "run", "dispersy-tracker.service": "tracker" } as const;
const operating = (name: string): string => join(ROOT, "docs/operating", name);
const WITHIN = fileURLToPath(new URL("../helpers/within-unit.sh", import.meta.url));
/** Of nobody else. */
const UID = 64_990;
const AS_OWNER = ["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"];

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

function whyNotWithin(): string | false {
  if (process.getuid?.() !== 0) return "namespaces and other users take root";
  if (!hasAnalyze) return "needs systemd-analyze";
  const args = [operating("dispersy.service"), "/mnt", `${UID}`, process.execPath, "--version"];
  const { status, stderr } = spawnSync(WITHIN, args, { encoding: "utf8" });
  return status === 0 ? false : `needs namespaces, Python and libseccomp: ${stderr}`;
}

describe("the systemd units", () => {
  for (const [name, command] of Object.entries(UNITS)) {
    it(
      `${name} is right, and little exposed`,
      { skip: hasAnalyze ? false : "needs systemd-analyze" },
      (t) => {
        const stage = new Stage();
        t.after(() => stage.clear());
        // The program is where these tests have it; the guide is where it is installed.
        const text = readFileSync(operating(name), "utf8");
        assert.match(
          text,
          new RegExp(`^ExecStart=/opt/dispersy/node_modules/.bin/dispersy ${command}$`, "m"),
        );
        const unit = stage.path(name);
        const here = text.replace(
          "/opt/dispersy/node_modules/.bin",
          join(ROOT, "node_modules/.bin"),
        );
        writeFileSync(unit, here.replace(/^Documentation=.*\n/m, ""));
        const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
        assert.deepEqual([verified.status, verified.stderr], [0, ""]);
        // 30 stands for 3.0, the worst that is allowed.
        const args = ["security", "--no-pager", "--offline=true", "--threshold=30", unit];
        const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
        assert.equal(status, 0, stdout);
      },
    );
  }
});

describe("with what a unit or a read-only container leaves it", { skip: whyNotWithin() }, () => {
  it("a node takes and serves bundles, and ends cleanly as process 1", async (t) => {
    const { stage, folder, start } = restricted(t, "dispersy.service");
    const home = join(folder, "home");
    const program = start("run", "--home", home, "--listen", "127.0.0.1:0", "--json");
    const { overlays } = await program.first<Ready>();
    const ofOwner = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await stage.start([...args, "--home", home], "", AS_OWNER)
        .ended;
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const outside = await stage.run("outside", [overlays[0]!.ticket]);
    await ofOwner("put", "from inside");
    await stage.done(["wait", "--bundles", "1", "--home", outside.home]);
    await stage.done(["put", "from outside", "--home", outside.home]);
    await ofOwner("wait", "--bundles", "2");
    const status = JSON.parse(await ofOwner("status", "--json")) as Status;
    assert.equal(status.pid, 1);
    assert.deepEqual(status.problems, []);
    await endsCleanly(program);
  });

  it("a tracker brings nodes together, and ends cleanly as process 1", async (t) => {
    const { stage, folder, start } = restricted(t, "dispersy-tracker.service");
    const program = start("tracker", "--listen", "127.0.0.1:0", "--json");
    const { listen } = await program.first<Ready>();
    // As the guide says it.
    const asked = stage.start(["status", "--home", folder, "--json"], "", AS_OWNER);
    const { code, stdout: answer, stderr } = await asked.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual((JSON.parse(answer) as Status).listen, listen);
    const { stdout } = await stage.command(["netcheck", listen[0]!, "--listen", "127.0.0.1:0"]);
    assert.match(stdout, /answered on both ports/);
    await endsCleanly(program);
  });
});

function restricted(t: TestContext, unit: keyof typeof UNITS) {
  const stage = new Stage();
  t.after(() => stage.clear());
  chmodSync(stage.path(""), 0o711);
  const folder = stage.path("writable");
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, UID, UID);
  // systemd says where a unit's RuntimeDirectory is.
  const isTracker = unit === "dispersy-tracker.service";
  const systemd = isTracker ? ["env", `RUNTIME_DIRECTORY=${folder}`] : [];
  const inside = [...systemd, WITHIN, operating(unit), folder, `${UID}`];
  return { stage, folder, start: (...args: string[]) => stage.start(args, "", inside) };
}

/** The child of what made the namespaces. */
async function endsCleanly({ child, ended }: Program): Promise<void> {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  process.kill(Number(children), "SIGTERM");
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.ok(!/"level":(40|50)/.test(stderr), stderr);
}

describe("the container file", () => {
  const text = readFileSync(operating("Dockerfile"), "utf8");
  it("runs the program itself as process 1, not as root, and stops it by SIGTERM", () => {
    assert.match(text, /^FROM node:22-slim$/m);
    assert.match(text, /^USER node$/m);
    assert.match(text, /^STOPSIGNAL SIGTERM$/m);
    const [, list = ""] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
    assert.deepEqual(JSON.parse(list), ["dispersy"]);
  });
});
