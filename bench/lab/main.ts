/*
 * The lab by hand, as root: `node bench/dist/bench/lab/main.js --help`.
 */
import { parseArgs } from "node:util";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { Checker, differences } from "./check.ts";
import { classify } from "./classify.ts";
import { KINDS, type Kind } from "./kinds/kinds.ts";
import { DEFAULT_LAB, Lab } from "./lab.ts";
import { cellJson, pairsOf, runMatrix, type KindPair, type RouterOptions } from "./matrix.ts";
import { presentPrefixes, removeNamespaces } from "./namespaces.ts";
import { HYPERDHT } from "../peers/hyperdht.ts";
import { DISPERSY, type System } from "./trial.ts";
import { SIDES, type Host } from "./plan.ts";
import { kindOf, natOptions, pairOf, sideOf, usage } from "./words.ts";

const HELP = `A lab of real kernel NATs in network namespaces. Needs root, iproute2, nftables, conntrack and socat.

  up [OPTIONS]                  make a lab that stays; prints its prefix
  set PREFIX SIDE KIND [OPT...] another NAT for side a or b: ${KINDS.join(" ")}
  exec PREFIX HOST COMMAND...   run a command on a, a2, b, b2, s1, s2, s3, or in a router (ra, rb, ca, cb, ix)
  counters PREFIX               what crossed each side's NAT directly, and its entries
  reboot PREFIX SIDE            the NAT forgets all mappings
  matrix [KIND... | KIND:KIND]  real nodes in every pair of kinds; a line of JSON per cell
                                --system hyperdht: others (npm ci in bench/peers first)
  classify [KIND...]            what dispersy netcheck says of each kind; a line of JSON per kind
  check [KIND...]               does each kind behave as named? ends with 5 if not
  list                          the labs that are there
  down PREFIX | --all           remove a lab, or all of them

  up, matrix and classify: --hops N (6)  --delay MS one way (25)  --loss SHARE (0)  --double a,b  --ipv6  --isolated
  matrix and classify: --trials N (1)  --timeout S (20)  --ordered  --drift N foreign entries per second
          --router OPT,OPT for both sides, --router-a or --router-b for one
          --one-lan: a with a2 (with --isolated and --router hairpin: by their external addresses)
  set and routers: poisonable  hairpin  portmap  web (only ports 53 and 443)  quota=N  flows=N (per second)  refresh=S (outbound only)  base=PORT
`;

const COMMANDS: Record<string, (args: string[], options: Options) => void | Promise<void>> = {
  up: async (_args, options) => {
    const lab = await Lab.up(labOptions(options), true);
    process.stdout.write(`${lab.prefix}\n`);
  },
  set: ([prefix, side, kind, ...words]) =>
    at(prefix).setNat(sideOf(side), natOptions(kindOf(kind), words)),
  exec: ([prefix, host = "", ...command]) =>
    new Promise((resolve) => {
      const child = at(prefix).spawn(host as Host, command, { stdio: "inherit" });
      child.once("exit", (code) => {
        process.exitCode = code ?? EXIT.failed;
        resolve();
      });
    }),
  counters: ([prefix]) => {
    for (const side of SIDES)
      process.stdout.write(`${JSON.stringify({ side, ...at(prefix).crossings(side) })}\n`);
  },
  reboot: ([prefix, side]) => at(prefix).reboot(`r${sideOf(side)}`),
  matrix: async (args, options) => {
    const timeoutMs = Number(options.timeout ?? 20) * 1_000;
    const cells = runMatrix({
      system: systemOf(options.system),
      lab: labOptions(options),
      pairs: pairsIn(args, options),
      trials: Number(options.trials ?? 1),
      timeoutMs,
      routers: { a: routerOf(options, "router-a"), b: routerOf(options, "router-b") },
      drift: Number(options.drift ?? 0),
      hosts: options["one-lan"] === true ? ["a", "a2"] : ["a", "b"],
    });
    for await (const cell of cells) process.stdout.write(`${JSON.stringify(cellJson(cell))}\n`);
  },
  classify: async (args, options) => {
    const kinds = args.length === 0 ? KINDS : args.map(kindOf);
    const tallies = classify(labOptions(options), kinds, Number(options.trials ?? 1));
    for await (const tally of tallies) process.stdout.write(`${JSON.stringify(tally)}\n`);
  },
  check: async (args) => check(args.length === 0 ? KINDS : args.map(kindOf)),
  list: () =>
    void process.stdout.write(
      presentPrefixes()
        .map((prefix) => `${prefix}\n`)
        .join(""),
    ),
  down: ([prefix], { all }) => {
    for (const each of all === true ? presentPrefixes() : [at(prefix).prefix])
      removeNamespaces(each);
  },
};

const OPTIONS = {
  hops: { type: "string" },
  delay: { type: "string" },
  loss: { type: "string" },
  double: { type: "string" },
  isolated: { type: "boolean" },
  ipv6: { type: "boolean" },
  system: { type: "string" },
  trials: { type: "string" },
  timeout: { type: "string" },
  router: { type: "string" },
  "router-a": { type: "string" },
  "router-b": { type: "string" },
  drift: { type: "string" },
  "one-lan": { type: "boolean" },
  ordered: { type: "boolean" },
  all: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

async function main(): Promise<void> {
  // What follows `exec` belongs to the command.
  const words = process.argv.slice(2);
  const own = words[0] === "exec" ? ["--", ...words] : words;
  const { values, positionals } = parseArgs({
    args: own,
    options: OPTIONS,
    allowPositionals: true,
  });
  const command = COMMANDS[positionals[0] ?? ""];
  if (command === undefined || values.help) {
    process.stdout.write(HELP);
    if (!values.help) process.exitCode = EXIT.usage;
    return;
  }
  await command(positionals.slice(1), values);
}

async function check(kinds: readonly Kind[]): Promise<void> {
  const lab = await Lab.up();
  const checker = await new Checker(lab).start();
  for (const kind of kinds) {
    lab.setNat("a", { kind });
    const wrong = differences(kind, await checker.look());
    process.stdout.write(
      `${kind.padEnd(8)} ${wrong.length === 0 ? "as named" : wrong.join("; ")}\n`,
    );
    if (wrong.length > 0) process.exitCode = EXIT.checkFailed;
  }
  checker.end();
  lab.down();
}

function labOptions({ hops, delay, loss, double, isolated, ipv6 }: Options): typeof DEFAULT_LAB {
  return {
    hops: hops === undefined ? DEFAULT_LAB.hops : Number(hops),
    delayMs: delay === undefined ? DEFAULT_LAB.delayMs : Number(delay),
    loss: loss === undefined ? DEFAULT_LAB.loss : Number(loss),
    doubleNat: double === undefined ? [] : double.split(",").map(sideOf),
    ipv6: ipv6 === true,
    isolated: isolated === true,
  };
}

/** Pairs as named, or all of the kinds named. */
function pairsIn(args: string[], { ordered, "one-lan": oneLan }: Options): KindPair[] {
  if (args.some((word) => word.includes(":"))) return args.map(pairOf);
  const kinds = args.length === 0 ? KINDS : args.map(kindOf);
  return oneLan === true ? kinds.map((kind) => [kind, kind]) : pairsOf(kinds, ordered === true);
}

function routerOf(options: Options, own: "router-a" | "router-b"): RouterOptions {
  const words = [options.router, options[own]].flatMap((text) => text?.split(",") ?? []);
  const { kind: _, ...router } = natOptions("open", words);
  return router;
}

function at(prefix: string | undefined): Lab {
  if (prefix !== undefined && presentPrefixes().includes(prefix)) return new Lab(prefix);
  throw usage(`no such lab: ${prefix ?? ""}`);
}

function systemOf(name = DISPERSY.name): System {
  const system = [DISPERSY, HYPERDHT].find((each) => each.name === name);
  if (system === undefined) throw usage(`no such system: ${name}`);
  return system;
}

main().catch((error: unknown) => {
  const known = error instanceof UserError;
  process.stderr.write(known ? `${error.message}\n${error.hint}\n` : `${String(error)}\n`);
  process.exitCode = known ? error.exitCode : EXIT.failed;
});
