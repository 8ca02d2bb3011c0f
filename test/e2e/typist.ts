/*
 * Types what the documents say, in a folder and homes of its own, on loopback instead of the hosts that they name.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startElsewhere } from "../../node/cli/command-name.ts";
import { REACH } from "../../node/cli/announce.ts";
import { notPrinted, shapeOf, type Typed, wordsOf } from "../helpers/documents.ts";
import { ROOT } from "../helpers/built.ts";
import { type Program, type Stage, statusOf, until } from "./program.ts";

/** The program as `package.json` names it in its scripts. */
const PROGRAM = "dist/node/cli/main.js";
/** They go on until they are stopped: what they print first shows that they work. */
const STAYING: Record<string, RegExp> = { run: /^Ticket +(\S+)$/m, tracker: /\n/, tail: /\n/ };
const LISTENING = ["run", "tracker", "netcheck"];
/** What they print of each thing is the truth about the machine that they run on. */
const ONLY_LABELS = ["netcheck"];
const HOMELESS = ["tracker", "netcheck", "replay", "bench"];

/** What the documents show of a node in a network. One on loopback says otherwise how far its ticket carries. */
const IN_A_NETWORK = inANetwork().map(shapeOf);

function inANetwork(): string[] {
  const { where, command } = startElsewhere({ file: ROOT });
  return [
    `Join from another machine, ${where}, and paste the ticket there:`,
    `  ${command} -`,
    REACH.lan,
  ];
}

/** The first word of a line, in its shape. */
function labelOf(line: string): string {
  return shapeOf(line).split(" ")[0]!;
}

/** Their lines are cut for a terminal, which is what the documents show; a pipe gets them whole. */
const LISTS = ["ls", "tail"];

/** The shape of a list's line: what both forms of it have. */
function rowOf(line: string): string {
  const whole = /^[0-9a-f]{64}\t\d+\t[\d-]+T[\d:.]+Z\t[\d-]+T[\d:.]+Z\t[0-9a-f]{64}\t\t\t/;
  const short = /^[0-9a-f]{8} +\d+ +\w{3} \d\d \d\d:\d\d +[0-9a-f]{12} +/;
  return line.replace(whole, "ROW ").replace(short, "ROW ").trim();
}

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

  /**
   * Rejects when the command does not work, or prints something else than is shown; where nothing is, anything does.
   */
  async type({ command, shown }: Typed): Promise<void> {
    if (command === "^C") return this.#interrupt();
    const [first, second, ...rest] = wordsOf(command);
    if (first === "npx" && second === "dispersy") return this.#program(rest, shown);
    // The installed command. test/e2e/install.long.test.ts tries that it is what gets installed.
    if (first === "dispersy") return this.#program([second ?? "", ...rest], shown);
    if (first === "npm" && second === "start") return this.#script("start", rest, shown);
    if (first === "npm" && second === "run") return this.#script(rest[0]!, rest.slice(1), shown);
    throw new Error("neither run nor on the list of what is not");
  }

  async #script(name: string, [dashes = "--", ...words]: string[], shown: string[]): Promise<void> {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const script = scripts[name];
    assert.ok(script !== undefined, `no script ${name}`);
    assert.equal(dashes, "--", "npm takes what has no -- before it for its own");
    const all = [...script.split(" "), ...words];
    const program = all.indexOf(PROGRAM);
    if (program > 0) return this.#program(all.slice(program + 1), shown);
    assert.equal(all.shift(), "node");
    const { stdout } = await promisify(execFile)(process.execPath, all, { cwd: ROOT });
    assert.deepEqual(notPrinted(shown, stdout), [], stdout);
  }

  async #program(typed: string[], documented: string[]): Promise<void> {
    const [name = "", ...rest] = typed;
    const isOther = (line: string) => name === "run" && IN_A_NETWORK.includes(shapeOf(line));
    const shown = documented.filter((line) => !isOther(line));
    const home = name === "run" ? this.#stage.path(`home-${this.#machines.length}`) : undefined;
    const words = [name, ...(await this.#local(rest))];
    if (LISTENING.includes(name)) words.push("--listen", "127.0.0.1:0");
    const at = home ?? this.#machines.at(-1)?.home;
    if (!HOMELESS.includes(name) && at !== undefined) words.push("--home", at);
    const input = words.includes("-") ? `${this.#machines[0]!.ticket}\n` : "";
    const program = this.#stage.start(words, input);
    const sign = STAYING[name];
    const lists = LISTS.includes(name) ? rowOf : shapeOf;
    const shapes = ONLY_LABELS.includes(name) ? labelOf : lists;
    if (sign === undefined) {
      const { code, stdout, stderr } = await program.ended;
      assert.equal(code, 0, stderr);
      assert.deepEqual(notPrinted(shown, stdout, shapes), [], stdout);
      // A page that shows what is printed shows all of it.
      const printed = stdout.split("\n").filter((line) => line.trim() !== "");
      if (shown.length > 0) assert.equal(printed.length, shown.length, stdout);
      return;
    }
    this.#staying.push(program);
    const hasEnded = () => program.child.exitCode !== null;
    const isThere = () =>
      sign.test(program.stdout) && notPrinted(shown, program.stdout, shapes).length === 0;
    await until("what is shown", () => isThere() || hasEnded()).catch((error: unknown) => {
      const missing = notPrinted(shown, program.stdout, shapes).join("\n");
      throw new Error(`not printed:\n${missing}\nbut:\n${program.stdout}`, { cause: error });
    });
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
        if (/^[0-9a-f]{16}$/.test(word))
          return (await statusOf(this.#machines[0]!.home)).overlays[0]!.instance;
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
