/*
 * Types what the documents say, in a folder and homes of its own, on loopback instead of the hosts that they name.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { wordsOf } from "../helpers/documents.ts";
import { type Program, ROOT, type Stage, statusOf, until } from "./program.ts";

/** The program as `package.json` names it in its scripts. */
const PROGRAM = "node dist/node/cli/main.js";
/** They go on until they are stopped: what they print first shows that they work. */
const STAYING: Record<string, RegExp> = { run: /^Ticket +(\S+)$/m, tracker: /\n/, tail: /\n/ };
const LISTENING = ["run", "tracker", "netcheck"];
const HOMELESS = ["tracker", "netcheck", "replay", "bench"];

interface Machine {
  home: string;
  ticket: string;
}

export class Typist {
  readonly #stage: Stage;
  readonly #folder: string;
  /** One for each node that was started: the newest is the one that is typed at. */
  readonly #machines: Machine[] = [];
  readonly #staying: Program[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#folder = stage.path("typed");
    mkdirSync(this.#folder);
    writeFileSync(join(this.#folder, "notes.txt"), "bread\nmilk\n");
    process.chdir(this.#folder);
  }

  /** Rejects when the command does not work. */
  async type(command: string): Promise<void> {
    if (command === "^C") return this.#interrupt();
    const [first, second, ...rest] = wordsOf(command);
    if (first === "npx" && second === "dispersy") return this.#program(rest);
    // The installed command. test/e2e/install.long.test.ts tries that it is what gets installed.
    if (first === "dispersy") return this.#program([second!, ...rest]);
    if (first === "npm" && second === "start") return this.#script("start", rest);
    if (first === "npm" && second === "run") return this.#script(rest[0]!, rest.slice(1));
    throw new Error("neither run nor on the list of what is not");
  }

  async #script(name: string, [dashes = "--", ...words]: string[]): Promise<void> {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const script = scripts[name];
    assert.ok(script !== undefined, `no script ${name}`);
    assert.equal(dashes, "--", "npm takes what has no -- before it for its own");
    const all = [...script.split(" "), ...words];
    if (script.startsWith(PROGRAM)) return this.#program(all.slice(PROGRAM.split(" ").length));
    assert.equal(all.shift(), "node");
    await promisify(execFile)(process.execPath, all, { cwd: ROOT });
  }

  async #program(typed: string[]): Promise<void> {
    const [name = "", ...rest] = typed;
    const home = name === "run" ? this.#stage.path(`home-${this.#machines.length}`) : undefined;
    const words = [name, ...(await this.#local(rest))];
    if (LISTENING.includes(name)) words.push("--listen", "127.0.0.1:0");
    const at = home ?? this.#machines.at(-1)?.home;
    if (!HOMELESS.includes(name) && at !== undefined) words.push("--home", at);
    const program = this.#stage.start(words);
    const sign = STAYING[name];
    if (sign === undefined) {
      const { code, stderr } = await program.ended;
      assert.equal(code, 0, stderr);
      return;
    }
    this.#staying.push(program);
    const hasEnded = () => program.child.exitCode !== null;
    await until("its first lines", () => sign.test(program.stdout) || hasEnded());
    assert.ok(!hasEnded(), program.stderr);
    if (home === undefined) return;
    this.#machines.push({ home, ticket: sign.exec(program.stdout)![1]! });
    // People take longer until they type on: by then a node that joined has the policy, the first of all bundles.
    const hasPolicy = async () =>
      (await statusOf(home)).overlays.every((one) => one.globalTime > 0);
    await until("the overlay's policy is known", hasPolicy);
  }

  /** With the hosts, the ticket and the instance that are there, for those of the document. */
  #local(words: string[]): Promise<string[]> {
    return Promise.all(
      words.map(async (word) => {
        if (word.startsWith("dispersy:1:")) return this.#machines[0]!.ticket;
        if (/example\.(org|net):\d+$/.test(word)) return (await this.#stage.tracker()).at;
        if (/^[0-9a-f]{16}$/.test(word)) return (await statusOf(this.#machines[0]!.home)).instance;
        return word;
      }),
    );
  }

  /** Ctrl-C ends what was started last, in good order. */
  async #interrupt(): Promise<void> {
    const { code, stderr } = await this.#staying.pop()!.stop("SIGINT");
    assert.equal(code, 0, stderr);
  }
}
