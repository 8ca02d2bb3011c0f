import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { menuOf } from "../../../bench/main.ts";
import { ANSWERS_FILE, sectionsIn, withFigures } from "../../../bench/page/answers.ts";
import { type Baseline, readBaseline } from "../../../bench/page/baseline.ts";
import { SECTIONS } from "../../../bench/results.ts";

const answers = readFileSync(ANSWERS_FILE, "utf8");
const one: Baseline[string] = {
  command: "dispersy bench x",
  date: "2000-01-01",
  commit: null,
  node: "v20",
  machine: "one",
  seconds: 1,
  charts: [],
  findings: [
    { what: "E7, bytes", unit: "B", measured: 3 },
    { what: "E8, bytes", unit: "B", measured: 4 },
  ],
};

describe("the answers to the questions", () => {
  it("name every question and evaluation, in their order, each with a command and two sentences", () => {
    const parts = answers.split(/^### /m).slice(1);
    const names = parts.map((part) => /^[QE]\d+/.exec(part)?.[0]);
    const asked = [16, 13].map((count) => Array.from({ length: count }, (_, i) => i + 1));
    const wanted = [...asked[0]!.map((n) => `Q${n}`), ...asked[1]!.map((n) => `E${n}`)];
    assert.deepEqual(names, wanted, "one part each");
    for (const part of parts) {
      assert.match(part, /`dispersy bench |`npm |`node /, `a command: ${part.slice(0, 60)}`);
      const said = part.replaceAll(/<!--[^]*?<!-- \/figures -->/g, "").match(/[.:?](\s|$)/g);
      assert.ok((said?.length ?? 0) >= 2, `two sentences: ${part.slice(0, 60)}`);
    }
  });

  it("name commands that the benchmark understands", async () => {
    const commands = [...answers.matchAll(/`dispersy bench ([^`]+)`/g)].map((match) => match[1]!);
    assert.ok(commands.length >= 29, `${commands.length} commands`);
    for (const command of commands) {
      let name: string | undefined;
      const menu = menuOf(async (experiment) => void (name = experiment.name));
      await menu.parseAsync(command.split(" "), { from: "user" });
      assert.equal(name, command.split(" ")[0], command);
    }
  });

  it("have the figures of the page of results, and of sections that there are", () => {
    assert.equal(
      withFigures(answers, readBaseline("bench/results")),
      answers,
      "`npm run pages` writes them",
    );
    const known = SECTIONS.map(({ name }) => name);
    for (const name of sectionsIn(answers)) assert.ok(known.includes(name), `no section ${name}`);
    assert.ok(
      !/\| -+:? \|\n<!-- \/figures/.test(answers),
      "a block whose words no figure of its section begins with",
    );
  });

  it("link what is there", () => {
    const links = [...answers.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    for (const link of links) assert.ok(existsSync(join("docs", link)), link);
  });
});

describe("a block of figures", () => {
  const block = (inside: string) =>
    `a\n<!-- figures: x | E7 -->\n${inside}\n<!-- /figures -->\nb\n`;

  it("has those that begin so, and the command; written twice it is the same", () => {
    const text = withFigures(block("old"), { x: one });
    assert.match(text, /`dispersy bench x`\n\n\| figure/);
    assert.ok(text.includes("| E7, bytes |") && !text.includes("E8"), text);
    assert.equal(withFigures(text, { x: one }), text, "once more");
    assert.ok(!text.includes("old"), "what was there before is gone");
  });

  it("says what writes it, where nothing was measured", () => {
    const text = withFigures(block("old"), {});
    assert.match(text, /`npm run results -- --only x`/, "the command");
  });
});
