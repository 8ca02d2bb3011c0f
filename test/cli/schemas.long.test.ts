import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { TestContext } from "node:test";
import { Ajv, type ValidateFunction } from "ajv";
import { buildProgram } from "../../node/cli/program.ts";
import { statusScreen } from "../../node/cli/status-view.ts";
import type { Status } from "../../node/host/status/node-status.ts";
import { SCHEMA_FOLDER, schemaText, schemas } from "../helpers/schemas.ts";
import { inProcess, jsonLines, Running, temporaryFolder } from "./cli.ts";

/** Two nodes that have met, and what commands need to be told of them. */
interface World {
  home: string;
  ticket: string;
  /** Of the other node. */
  instance: string;
  bundle: string;
  /** An overlay to leave, in a home of its own. */
  left: string;
  recording: string;
  /** What it exported. */
  exported: string;
  /** Its address and port. */
  tracker: string;
  folder: string;
}

type Words = (world: World) => string[];
const ofHome =
  (...words: string[]): Words =>
  ({ home }) => [...words, "--home", home];

/** How each command is run so that it prints something and ends. A new command has a line here. */
const ENDING: Record<string, Words> = {
  init: ({ folder }) => ["init", "--home", join(folder, "made"), "--members"],
  put: ofHome("put", "hello"),
  ls: ofHome("ls"),
  get: ({ home, bundle }) => ["get", bundle, "--home", home],
  name: ofHome("name", "anna"),
  status: ofHome("status"),
  peers: ofHome("peers"),
  wait: ofHome("wait", "--bundles", "1"),
  ping: ({ home, instance }) => ["ping", instance, "--home", home],
  netcheck: ({ tracker }) => ["netcheck", tracker, "--listen", "127.0.0.1:0"],
  grant: ({ folder }) => ["grant", "0a".repeat(32), "--home", join(folder, "members")],
  invite: ({ folder }) => ["invite", "--home", join(folder, "members")],
  replay: ({ recording }) => ["replay", recording],
  bench: () => ["bench"],
  up: ({ home }) => ["up", "--home", home],
  down: ({ folder }) => ["down", "--home", join(folder, "members")],
  join: ({ home, ticket }) => ["join", ticket, "--home", home, "--no-wait"],
  leave: ({ folder, left }) => ["leave", left, "--home", join(folder, "left")],
  overlays: ofHome("overlays"),
  doctor: ofHome("doctor"),
  export: ({ home, folder }) => [
    "export",
    "--output",
    join(folder, "made.dispersy"),
    "--home",
    home,
  ],
  import: ({ home, exported }) => ["import", exported, "--home", home],
};

/** These stay: what they print until they have printed so many lines. */
const STAYING: Record<string, [lines: number, words: Words]> = {
  run: [
    2,
    ({ folder, ticket }) => {
      return ["run", ticket, "--home", join(folder, "c"), "--listen", "127.0.0.1:0"];
    },
  ],
  tracker: [1, () => ["tracker", "--listen", "127.0.0.1:0"]],
  tail: [1, ofHome("tail", "-n", "1")],
};

/** They print no JSON on standard output. A reason stands behind each. */
const SILENT: string[] = [
  // A script for a shell.
  "completion",
  "complete",
  // Text for people.
  "help",
  // Each line is of the log: test/cli/service/.
  "logs",
  // Its stream may be standard output: what it says stands on stderr.
  "sync",
];

/** Mistakes of a user, and their exit codes. */
const MISTAKES: [words: Words, exitCode: number][] = [
  [() => ["fly"], 2],
  [() => ["ls", "--fly"], 2],
  [() => ["run", "--listen", "nowhere"], 2],
  [({ folder }) => ["status", "--home", join(folder, "nobody")], 3],
  [({ folder }) => ["ls", "--home", join(folder, "nobody")], 1],
  [({ home }) => ["wait", "--bundles", "99999", "--timeout", "0.2", "--home", home], 4],
  [({ home }) => ["put", "x".repeat(2_000), "--home", home], 2],
  [({ home }) => ["run", "--home", home], 6],
];

describe("what commands print with --json", () => {
  const known = schemas();
  const ajv = new Ajv({ strict: false });
  const validators = new Map<string, ValidateFunction>();
  let world: World;
  let context: { after(work: () => unknown): void };
  const ends: (() => unknown)[] = [];

  before(async () => {
    for (const [name, schema] of known) validators.set(name, ajv.compile(schema));
    context = { after: (work) => ends.push(work) };
    world = await makeWorld(context as TestContext);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const assertValid = (name: string, value: unknown): void => {
    const validate = validators.get(name)!;
    const wrong = validate(value) ? "" : ajv.errorsText(validate.errors);
    assert.equal(wrong, "", `${name}: ${JSON.stringify(value)}. Then run: npm run pages`);
  };

  it("is what docs/schemas says: else run `npm run pages`", () => {
    const files = readdirSync(SCHEMA_FOLDER).map((file) => file.replace(/\.json$/, ""));
    assert.deepEqual(files.sort(), [...known.keys()].sort());
    for (const [name, schema] of known) {
      const text = readFileSync(join(SCHEMA_FOLDER, `${name}.json`), "utf8");
      assert.equal(text, schemaText(schema), name);
    }
  });

  for (const name of buildProgram("0").commands.map((command) => command.name())) {
    if (SILENT.includes(name)) continue;
    it(`has a schema, which it fits: ${name}`, async (t) => {
      assert.ok(known.has(name), `say in node/cli/printed.ts what ${name} prints`);
      const stays = STAYING[name];
      const words = stays === undefined ? ENDING[name] : stays[1];
      assert.ok(words !== undefined, `say above how ${name} is run`);
      const printed =
        stays === undefined
          ? await linesOf(words(world))
          : await firstLinesOf(t, words(world), stays[0]);
      assert.ok(printed.length > 0, "something is printed");
      for (const line of printed) assertValid(name, line);
    });
  }

  it("is an object on stderr, with a code, when something is wrong", async () => {
    for (const [words, exitCode] of MISTAKES) {
      const { code, stdout, stderr } = await inProcess([...words(world), "--json"]);
      assert.equal(code, exitCode, stderr);
      jsonLines(stdout);
      const last = JSON.parse(stderr.trimEnd().split("\n").at(-1)!) as {
        error: { exitCode: number };
      };
      assertValid("error", last);
      assert.equal(last.error.exitCode, exitCode);
    }
  });

  it("is no JSON for an error when --json is a payload", async () => {
    const { stderr } = await inProcess(["put", "--fly", "--", "--json"]);
    assert.match(stderr, /^error: unknown option/);
  });

  it("of a status is all that its screen shows", async () => {
    const [status] = await linesOf(["status", "--home", world.home]);
    const screen = statusScreen(status as unknown as Status);
    const { member } = (status as unknown as Status).overlays[0]!;
    assert.ok(screen.includes(`Member     ${member}`));
    const sick = { ...(status as unknown as Status), problems: ["a sentence"] };
    assertValid("status", sick);
    assert.match(statusScreen(sick), /a sentence/);
  });

  it("is refused by its schema with a field more, and with one less", () => {
    const validate = validators.get("invite")!;
    assert.ok(validate({ ticket: "" }));
    assert.ok(!validate({ ticket: "", more: 1 }));
    assert.ok(!validate({}));
  });
});

async function makeWorld(context: TestContext): Promise<World> {
  const folder = temporaryFolder(context);
  const home = join(folder, "a");
  const quiet = ["--listen", "127.0.0.1:0", "--log-level", "error", "--json"];
  const recording = join(folder, "a.rec");
  const first = new Running(context, ["run", "--home", home, "--record", recording, ...quiet]);
  const ready = await first.json<{ overlays: { ticket: string }[] }>();
  const { ticket } = ready.overlays[0]!;
  const other = join(folder, "b");
  await new Running(context, ["run", ticket, "--home", other, ...quiet]).line();
  const introducer = new Running(context, ["tracker", ...quiet]);
  const [tracker] = (await introducer.json<{ listen: [string] }>()).listen;
  const [written] = await linesOf(["put", "a word", "--home", home]);
  await linesOf(["wait", "--bundles", "1", "--home", other]);
  await linesOf(["wait", "--peers", "1", "--home", home]);
  const [status] = await linesOf(["status", "--home", other]);
  await linesOf(["init", "--members", "--home", join(folder, "members")]);
  const [made] = await linesOf(["init", "--home", join(folder, "left")]);
  const { overlays } = status as unknown as Status;
  const { instance } = overlays[0]!;
  const [bundle, left] = [written!["id"], made!["overlay"]] as [string, string];
  const exported = join(folder, "a.dispersy");
  await linesOf(["export", "--output", exported, "--home", home]);
  return { home, ticket, instance, bundle, left, recording, exported, tracker, folder };
}

async function linesOf(words: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await inProcess([...words, "--json"]);
  // What the doctor finds here is no matter.
  const isFound = words[0] === "doctor" && code === 5;
  assert.ok(code === 0 || isFound, `${words.join(" ")}: ${stderr}`);
  return jsonLines(stdout);
}

async function firstLinesOf(t: TestContext, words: string[], count: number): Promise<object[]> {
  const running = new Running(t, [...words, "--json"]);
  const lines: object[] = [];
  while (lines.length < count) lines.push(await running.json());
  await running.stop();
  return lines;
}
