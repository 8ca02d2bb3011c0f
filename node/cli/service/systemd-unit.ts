import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { toHex, utf8 } from "../../../wire/bytes.ts";
import { UserError } from "../../host/errors.ts";
import { defaultHome } from "../../host/home/home.ts";
import { nativeCrypto } from "../../host/verify/native-crypto.ts";
import { ownCommand } from "./own-command.ts";
import type { Service, Start } from "./service.ts";
import { unitFile } from "./unit-file.ts";

/** A manager that takes longer is of no use, and `systemctl` would wait for 25 seconds. */
const ANSWER_TIMEOUT_MS = 5_000;
/** systemd gives a unit 90 seconds to stop; ours says 30. */
const WORK_TIMEOUT_MS = 60_000;
const UNIQUE_BYTES = 4;

/** A service of the user's own systemd. */
export class SystemdUnit implements Service {
  readonly #home: string;
  readonly #unit: string;
  /** Where the user's own units are. */
  readonly #folder: string;
  readonly json: Service["json"];
  readonly name: string;

  private constructor(home: string, folder: string) {
    this.#home = home;
    this.#folder = folder;
    this.#unit = unitName(home);
    this.json = { as: "systemd", unit: this.#unit };
    this.name = `as the systemd user service ${this.#unit}`;
  }

  /** Undefined where no systemd answers to this user. */
  static async of(home: string): Promise<SystemdUnit | undefined> {
    if (process.platform !== "linux") return undefined;
    const asked = ["show", "--property=UnitPath", "--value"];
    const { code, stdout } = await systemctl(asked, ANSWER_TIMEOUT_MS);
    // The first one is the user's own, such as ~/.config/systemd/user; those of the whole machine come later.
    const folder = stdout.split(/\s+/).find((path) => path.endsWith("/systemd/user"));
    return code === 0 && folder !== undefined ? new SystemdUnit(home, folder) : undefined;
  }

  async stays(down: string): Promise<string> {
    const { uid } = userInfo();
    const { stdout } = await execute("loginctl", [
      "show-user",
      `${uid}`,
      "-p",
      "Linger",
      "--value",
    ]);
    return stdout.trim() === "yes"
      ? `It stays until \`${down}\`, and starts again with this machine.`
      : `It stays until \`${down}\` or until you log out, and starts again when you log in. ` +
          "To have it run all the time: loginctl enable-linger";
  }

  async start(runArguments: readonly string[]): Promise<Start> {
    const since = `@${Math.floor(Date.now() / 1_000)}`;
    mkdirSync(this.#folder, { recursive: true });
    const text = unitFile(this.#home, [...ownCommand(), ...runArguments]);
    writeFileSync(join(this.#folder, this.#unit), text, { mode: 0o600 });
    await must(["daemon-reload"]);
    // It may have failed so often that systemd would not start it any more.
    await systemctl(["reset-failed", this.#unit]);
    await must(["start", this.#unit]);
    return {
      ended: () => this.#ended(),
      lines: async () => (await journal(this.#unit, ["--since", since])).lines,
    };
  }

  async #ended(): Promise<number | undefined> {
    const wanted = "--property=ActiveState,SubState,ExecMainStatus";
    const { stdout } = await systemctl(["show", this.#unit, wanted]);
    const state = Object.fromEntries(stdout.split("\n").map((line) => line.split("=", 2)));
    const hasEnded =
      ["failed", "inactive"].includes(state["ActiveState"]) || state["SubState"] === "auto-restart";
    return hasEnded ? Number(state["ExecMainStatus"]) || 1 : undefined;
  }

  async established(): Promise<void> {
    await must(["enable", this.#unit]);
  }

  async stop(): Promise<boolean> {
    if (!existsSync(join(this.#folder, this.#unit))) return false;
    const { stdout } = await systemctl(["is-active", this.#unit]);
    await must(["disable", "--now", this.#unit]);
    return stdout.trim() !== "inactive" && stdout.trim() !== "failed";
  }

  async lastLines(count: number): Promise<string[] | undefined> {
    if (!existsSync(join(this.#folder, this.#unit))) return undefined;
    const { code, lines } = await journal(this.#unit, ["--lines", `${count}`]);
    return code === 0 ? lines : undefined;
  }

  async *follow(count: number): AsyncIterable<string> {
    const args = [...journalOf(this.#unit), "--lines", `${count}`, "--follow"];
    const child: ChildProcess = spawn("journalctl", args, { stdio: ["ignore", "pipe", "inherit"] });
    child.on("error", () => {});
    yield* createInterface({ input: child.stdout! });
  }
}

/** The usual home has the plain name. */
function unitName(home: string): string {
  if (home === defaultHome()) return "dispersy.service";
  const unique = toHex(nativeCrypto.hash(utf8(home)).subarray(0, UNIQUE_BYTES));
  return `dispersy-${unique}.service`;
}

function journalOf(unit: string): string[] {
  return [`--user-unit=${unit}`, "--output=cat", "--no-pager", "--quiet"];
}

async function journal(unit: string, more: string[]): Promise<{ code: number; lines: string[] }> {
  const { code, stdout } = await execute("journalctl", [...journalOf(unit), ...more]);
  return { code, lines: stdout.split("\n").filter((line) => line !== "") };
}

/** Rejects with a UserError when it does not work. */
async function must(args: string[]): Promise<void> {
  const { code, stderr } = await systemctl(args);
  if (code === 0) return;
  throw new UserError(
    `systemctl --user ${args.join(" ")} failed: ${stderr.trim().split("\n").join(" ")}`,
    "See what it needs, or run the node in a terminal: dispersy run",
  );
}

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function systemctl(args: string[], timeoutMs = WORK_TIMEOUT_MS): Promise<Outcome> {
  return execute("systemctl", ["--user", ...args], timeoutMs);
}

/** Never rejects: a program that is not there has failed. */
function execute(program: string, args: string[], timeout = WORK_TIMEOUT_MS): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
