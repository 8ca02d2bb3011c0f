import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ROOT } from "../helpers/built.ts";
import { type Outcome, type Program, Stage, statusOf, until } from "./program.ts";

/* `dispersy up`, `down` and `logs`: real processes in the background; systemd's by one that is made up. */

const skip = process.platform === "linux" ? false : "needs Linux";
const FAKES = fileURLToPath(new URL("../helpers/fake-systemd", import.meta.url));
const LISTEN = ["--listen", "127.0.0.1:0"];

interface Up {
  event: "up";
  started: boolean;
  as?: "systemd" | "background";
  unit?: string;
  log?: string;
  pid: number;
  overlays: { overlay: string; ticket: string }[];
}

/** A machine on which people type commands; with systemd only if it `hasSystemd`. */
class Machine {
  readonly stage = new Stage();
  readonly #inside: string[];
  readonly #homes = new Set<string>();
  readonly systemd: string;

  constructor(t: TestContext, hasSystemd = false) {
    this.systemd = this.stage.path("manager");
    const path = `PATH=${FAKES}${delimiter}${process.env["PATH"]}`;
    // It never asks the real systemd of who runs the test.
    this.#inside = ["env", path, ...(hasSystemd ? [`FAKE_SYSTEMD=${this.systemd}`] : [])];
    if (hasSystemd) mkdirSync(this.systemd);
    t.after(async () => {
      for (const home of this.#homes) await this.ended("down", "--home", home);
      await this.stage.clear();
    });
  }

  /** Its node is stopped when the test ends. */
  leave(home: string): void {
    this.#homes.add(home);
  }

  type(...args: string[]): Program {
    return this.stage.start(args, "", this.#inside);
  }

  ended(...args: string[]): Promise<Outcome> {
    return this.type(...args).ended;
  }

  async done(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.ended(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  /** A node that is up until the test ends. */
  async up(home: string, ...args: string[]): Promise<Up> {
    this.leave(home);
    return JSON.parse(await this.done("up", "--home", home, "--json", ...LISTEN, ...args)) as Up;
  }
}

/** Everything that a process was started with. */
function commandOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
}

/** Where nobody waits for what has ended, it stays in the list of processes. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("a node in the background", { skip }, () => {
  it("is up when up returns, says so the second time, and is gone after down", async (t) => {
    const machine = new Machine(t);
    const home = machine.stage.path("home");
    const first = await machine.up(home);
    assert.equal(first.started, true);
    assert.equal(first.as, "background");
    const { pid, overlays } = await statusOf(home);
    assert.equal(first.pid, pid);
    assert.equal(first.overlays[0]!.overlay, overlays[0]!.overlay);
    // A session of its own has no terminal that could close.
    const [, session] = /^\d+ \(.*\) \S \d+ \d+ (\d+)/.exec(
      readFileSync(`/proc/${pid}/stat`, "utf8"),
    )!;
    assert.equal(Number(session), pid);

    const second = await machine.ended("up", "--home", home, "--log-level", "debug");
    assert.equal(second.code, 0);
    assert.match(second.stdout, new RegExp(`^The node is running already: process ${pid}\\.\n`));
    assert.match(second.stderr, /^It keeps the settings that it was started with/);

    assert.match(await machine.done("down", "--home", home), /^The node in .* is stopped\.\n$/);
    await until("the process ended", () => !isAlive(pid));
    assert.deepEqual(readdirSync(home).sort(), [
      "dispersy.log",
      "overlays",
      "store",
      "vanishing.keys",
    ]);
    assert.match(await machine.done("down", "--home", home), /^No node runs in /);
    assert.equal(
      await machine.done("down", "--home", home, "--json"),
      '{"event":"down","stopped":false}\n',
    );
  });

  it("never has a ticket in a command line or a log, and joins with it", async (t) => {
    const machine = new Machine(t);
    const [one, other] = [machine.stage.path("one"), machine.stage.path("other")];
    await machine.done("init", "--members", "--home", one);
    await machine.up(one);
    const invitation = (await machine.done("invite", "--home", one)).trim();
    const file = machine.stage.path("ticket");
    writeFileSync(file, `${invitation}\n`, { mode: 0o600 });
    const { pid, overlays, log } = await machine.up(
      other,
      "--ticket-file",
      file,
      "--log-level",
      "debug",
    );
    assert.equal(overlays[0]!.overlay, (await statusOf(one)).overlays[0]!.overlay);
    assert.ok(!commandOf(pid).some((word) => word.includes("dispersy:")));
    await until("it may write", async () => (await statusOf(other)).overlays[0]!.mayWrite);
    await machine.done("down", "--home", other);
    assert.ok(!readFileSync(log!, "utf8").includes("dispersy:1"));
    assert.equal(statSync(log!).mode & 0o777, 0o600);
  });

  it("joins while it runs, too", async (t) => {
    const machine = new Machine(t);
    const [one, other] = [machine.stage.path("one"), machine.stage.path("other")];
    const { overlays } = await machine.up(one);
    await machine.up(other);
    const { started, overlays: both } = await machine.up(other, overlays[0]!.ticket);
    assert.equal(started, false);
    assert.equal(both.length, 2);
  });

  it("that cannot start says why, with its exit code", async (t) => {
    const machine = new Machine(t);
    const home = machine.stage.path("home");
    const { stderr, code, stdout } = await machine.ended(
      "up",
      "--home",
      home,
      "--listen",
      "192.0.2.1:0",
    );
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^error: the node did not start: cannot listen on .*\nThis machine has no such address/m,
    );
    writeFileSync(join(home, "config.json"), '{"listen": 7}');
    const wrong = await machine.ended("up", "--home", home);
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.match(
      wrong.stderr,
      /^error: the node did not start: .*config.json: "listen" cannot be 7\n/m,
    );
    chmodSync(home, 0o777);
    assert.equal((await machine.ended("up", "--home", home)).code, 6);
  });

  it("is stopped by down also where it was started in a terminal, or has just begun", async (t) => {
    const machine = new Machine(t);
    const home = machine.stage.path("home");
    const node = machine.type("run", "--home", home, ...LISTEN);
    await until("it has the home", () => readdirSync(machine.stage.path("")).includes("home"));
    await until("it has its folders", () => readdirSync(home).includes("pid"));
    assert.match(await machine.done("down", "--home", home), /is stopped/);
    const { code, stderr } = await node.ended;
    assert.equal(code, 0, stderr);
  });

  it("leaves a folder alone that is no home", async (t) => {
    const machine = new Machine(t);
    const folder = machine.stage.path("folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "pid"), "mine");
    await machine.done("down", "--home", folder);
    assert.deepEqual(readdirSync(folder), ["pid"]);
  });

  it("has a log that begins anew when it is large, and that logs shows and follows", async (t) => {
    const machine = new Machine(t);
    const home = machine.stage.path("home");
    mkdirSync(home, { mode: 0o700 });
    const log = join(home, "dispersy.log");
    // What an earlier node has said.
    const earlier = {
      level: 40,
      time: "2026-01-02T03:04:05.678Z",
      limit: 7,
      msg: "something was low",
    };
    writeFileSync(log, `${JSON.stringify(earlier)}\n`);
    assert.equal(
      await machine.done("logs", "--home", home),
      "2026-01-02 03:04:05 warn  something was low  limit=7\n",
    );
    truncateSync(log, 5_000_000);
    await machine.up(home);
    await until("it began anew", () => statSync(log).size < 4 * 1024 * 1024);
    assert.ok(statSync(`${log}.1`).size >= 5_000_000);

    const following = machine.type("logs", "-f", "-n", "0", "--json", "--home", home);
    t.after(() => following.stop());
    // It says when it began to read only by what it shows.
    await until("it shows what comes", async () => {
      writeFileSync(log, "said in plain words\n", { flag: "a" });
      return following.stdout.includes('{"msg":"said in plain words"}\n');
    });
    assert.equal((await following.stop("SIGINT")).signal, "SIGINT");
    const last = await machine.done("logs", "-n", "1", "--home", home);
    assert.equal(last, "said in plain words\n");
    const { code, stderr } = await machine.ended("logs", "--home", machine.stage.path("none"));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: there is no log of a node in .*\n.*`.* up --home \S+` starts one/,
    );
  });

  it("outlives the npx that started it", async (t) => {
    const machine = new Machine(t);
    const home = machine.stage.path("home");
    machine.leave(home);
    const env = {
      ...process.env,
      DISPERSY_NO_PORTMAP: "1",
      PATH: `${FAKES}${delimiter}${process.env["PATH"]}`,
    };
    const npx = spawn("npx", ["dispersy", "up", "--home", home, ...LISTEN], {
      cwd: ROOT,
      env,
      stdio: "ignore",
    });
    assert.equal((await once(npx, "exit"))[0], 0);
    // Four looks at the parent.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.equal((await statusOf(home)).overlays.length, 1);
  });
});

describe("a node as a systemd user service", { skip }, () => {
  const analyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

  it("is started, enabled, and disabled by down", async (t) => {
    const machine = new Machine(t, true);
    // Whatever may stand in a path.
    const home = machine.stage.path('a "home" of $USER, 100 % \\mine');
    const up = await machine.up(home, "--max-up", "2Mbit/s");
    assert.deepEqual([up.started, up.as], [true, "systemd"]);
    assert.match(up.unit!, /^dispersy-[0-9a-f]{8}\.service$/);
    assert.equal((await statusOf(home)).pid, up.pid);
    const command = commandOf(up.pid);
    assert.ok(command.includes("--max-up=250000B") && command.includes(home), command.join(" "));
    const again = await machine.up(home);
    assert.equal(again.started, false);

    const unit = join(machine.systemd, "systemd", "user", up.unit!);
    assert.equal(statSync(unit).mode & 0o777, 0o600);
    const made = await machine.done("logs", "--home", home);
    assert.match(made, /^Made a new private overlay in /);
    if (analyze) {
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--user", unit], {
        encoding: "utf8",
        env: { ...process.env, XDG_RUNTIME_DIR: machine.systemd },
      });
      assert.deepEqual([status, stderr], [0, ""]);
    } else t.diagnostic("without systemd-analyze the unit is not verified");

    assert.match(await machine.done("down", "--home", home), /is stopped/);
    await until("the process ended", () => !isAlive(up.pid));
    assert.match(await machine.done("down", "--home", home), /No node runs/);
    const calls = readFileSync(join(machine.systemd, "calls"), "utf8");
    const verbs = calls
      .split("\n")
      .map((call) => call.replace("--user ", "").replace(up.unit!, "UNIT"));
    const changes = verbs.filter((verb) => !/^(show|is-active|$)/.test(verb));
    const stopping = "disable --now UNIT";
    assert.deepEqual(changes, [
      "daemon-reload",
      "reset-failed UNIT",
      "start UNIT",
      "enable UNIT",
      stopping,
      stopping,
    ]);
  });

  it("has the plain name in the usual home, and says how long it stays", async (t) => {
    const machine = new Machine(t, true);
    const usual = ["env", `XDG_DATA_HOME=${machine.stage.path("data")}`];
    const inside = [
      ...usual,
      `PATH=${FAKES}${delimiter}${process.env["PATH"]}`,
      `FAKE_SYSTEMD=${machine.systemd}`,
    ];
    const { code, stdout, stderr } = await machine.stage.start(["up", ...LISTEN], "", inside).ended;
    const down = await machine.stage.start(["down"], "", inside).ended;
    assert.deepEqual([code, down.code], [0, 0], stderr + down.stderr);
    assert.match(stdout, /as the systemd user service dispersy\.service\./);
    assert.match(stdout, /until you log out.*loginctl enable-linger/);
  });

  it("that cannot start says why, and is not started again", async (t) => {
    const machine = new Machine(t, true);
    const home = machine.stage.path("home");
    const { code, stderr } = await machine.ended("up", "--home", home, "--listen", "192.0.2.1:0");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: the node did not start: cannot listen on .*\nThis machine has no such address/m,
    );
    const calls = readFileSync(join(machine.systemd, "calls"), "utf8").trim().split("\n");
    assert.match(calls.at(-1)!, /^--user disable --now dispersy-/);
    assert.ok(!calls.some((call) => call.startsWith("--user enable")));
  });
});
