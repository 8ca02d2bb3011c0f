import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { EXPERIMENTS } from "../../bench/registry.ts";
import { buildProgram } from "../../node/cli/program.ts";
import { parseTicket } from "../../wire/ticket.ts";
import {
  blocksOf,
  commandsIn,
  commandsOf,
  DOCUMENTS,
  inlineCodeOf,
  textOf,
  wordsOf,
} from "../helpers/documents.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Record<string, string>;
};
const program = buildProgram("0");
const GLOBAL = [...program.options.map(({ long }) => long!), "--help"];
/** Every experiment has these. */
const OF_BENCH = ["--seed", "--profile", "--out"];
/** Of the scripts that are not the program. */
const OF_SCRIPTS: Record<string, string[]> = {
  results: ["--only", "--quick", "--out", "--limit", "--stale", "--words"],
  "bench:check": ["--write"],
};

/** Why a command cannot be typed as it stands; undefined when it can. */
function mistakeIn(command: string): string | undefined {
  const [first = "", second = "", ...rest] = wordsOf(command);
  if (first === "npx" && second === "dispersy") return mistakeOfProgram(rest);
  if (first === "dispersy") return mistakeOfProgram([second, ...rest]);
  if (first !== "npm") return undefined;
  // Not ours.
  if (["ci", "init", "install", "pkg", "uninstall"].includes(second)) return undefined;
  const name = second === "run" ? rest[0]! : second;
  if (scripts[name] === undefined) return `no script ${name}`;
  const words = rest.slice(rest.indexOf("--") + 1);
  if (!rest.includes("--")) return undefined;
  return name === "profile"
    ? mistakeOfProgram(words)
    : unknownOption(words, OF_SCRIPTS[name] ?? []);
}

function mistakeOfProgram([name = "", ...words]: string[]): string | undefined {
  if (name === "" || name.startsWith("-")) return unknownOption([name, ...words], GLOBAL);
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return name === "NAME" ? undefined : `no command ${name}`;
  if (name === "bench") return mistakeOfBench(words);
  const own = command.options.map(({ long }) => long!);
  return unknownOption(words, [...own, ...GLOBAL]);
}

function mistakeOfBench([name, ...words]: string[]): string | undefined {
  if (name === undefined || name === "NAME") return undefined;
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (experiment === undefined) return `no experiment ${name}`;
  const own = experiment.options.map((option) => `--${option.name}`);
  return unknownOption(words, [...own, ...OF_BENCH, ...GLOBAL]);
}

function unknownOption(words: readonly string[], known: readonly string[]): string | undefined {
  // What follows -- is another program's.
  const [end] = [words.indexOf("--")].filter((at) => at >= 0);
  const unknown = words
    .slice(0, end)
    .find((word) => word.startsWith("--") && !known.includes(word));
  return unknown === undefined ? undefined : `no option ${unknown}`;
}

/** All that a document says to type, in blocks and in sentences. */
function commandsOn(name: string): string[] {
  return [...blocksOf(name).flatMap(commandsOf), ...inlineCodeOf(name)]
    .flatMap(commandsIn)
    .filter((one) => /^(npx|npm|dispersy) \S/.test(one));
}

for (const name of DOCUMENTS) {
  describe(name, () => {
    it("names commands, options and scripts that exist", () => {
      const mistakes = commandsOn(name).flatMap((command) => {
        const mistake = mistakeIn(command);
        return mistake === undefined ? [] : [`${command}: ${mistake}`];
      });
      assert.deepEqual(mistakes, []);
    });

    it("has tickets that are whole", () => {
      for (const [ticket] of textOf(name).matchAll(/dispersy:1:[^\s'`]+/g)) {
        const parsed = parseTicket(ticket);
        assert.ok(!("mistake" in parsed), "mistake" in parsed ? parsed.mistake : "");
      }
    });

    it("names files that exist", () => {
      const links = [...textOf(name).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!);
      const paths = inlineCodeOf(name).filter((code) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(code));
      const rooms = ["wire", "candidates", "nat", "node", "bench", "test", ".ci"];
      const ours = paths.filter((path) => rooms.includes(path.split("/")[0]!));
      assert.deepEqual(
        [...links.map((link) => join(dirname(name), link)), ...ours].filter(
          (path) => !existsSync(path),
        ),
        [],
      );
    });
  });
}

describe("the check of documents", () => {
  it("finds the commands", () => {
    for (const name of ["README.md", "CONTRIBUTING.md"]) {
      assert.ok(DOCUMENTS.includes(name) && commandsOn(name).length > 5, name);
    }
    assert.ok(DOCUMENTS.includes("docs/status.md"));
  });

  const wrong: [string, string][] = [
    ["npx dispersy fly", "no command fly"],
    ["npx dispersy run --fly", "no option --fly"],
    ["dispersy bench fly --seed 1", "no experiment fly"],
    ["npx dispersy bench spread --fly 3", "no option --fly"],
    ["npm run fly", "no script fly"],
    ["npm run profile -- bench fly", "no experiment fly"],
    ["npm run results -- --fly", "no option --fly"],
  ];
  for (const [command, mistake] of wrong) {
    it(`notices: ${command}`, () => assert.equal(mistakeIn(command), mistake));
  }
});
