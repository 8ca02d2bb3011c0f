import { type Profile, PROFILES } from "../../node/core/profile.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import { World } from "../../node/testing/world.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { round } from "../analysis/statistics.ts";
import {
  chart,
  type CommonOptions,
  experiment,
  type Ports,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { type Came, measureCell, MTU_CELLS, type MtuCellFigures, type MtuLoad } from "./mtu-lab.ts";

interface MtuOptions extends MtuLoad {
  lab: boolean;
  only: string;
}

/** One hole in virtual time. */
interface HoleFigures {
  mtu: number;
  direction: Direction;
  /** With paths tested for their size, and without. */
  sized: { toJoiner: Came; fromJoiner: Came };
  unsized: { toJoiner: Came; fromJoiner: Came };
}

const DIRECTIONS = ["both", "to the joiner", "from the joiner"] as const;
type Direction = (typeof DIRECTIONS)[number];

const HOLES = [1_500, 1_260, 1_220, 1_100, 1_000, 800, 576];
/** IPv4's and UDP's. */
const HEADER_BYTES = 28;
const SHORT_BYTES = 60;

export const mtu = experiment<MtuOptions>({
  name: "mtu",
  summary:
    "what arrives by its size: MTU black holes; with --lab also fragments, PPPoE, WireGuard and IPv6 links",
  signatures: "keyed hash",
  options: [
    {
      name: "lab",
      summary: "the built program over kernel namespaces; needs root",
      default: false,
    },
    { name: "only", summary: "of the lab: cells whose names begin so", default: "" },
    {
      name: "short",
      summary: "bundles of 60 bytes that each side publishes",
      default: 200,
      max: 10_000,
    },
    {
      name: "full",
      summary: "the same of the longest payloads",
      default: 20,
      max: 1_000,
    },
    { name: "seconds", summary: "that each way may take", default: 30, min: 1, max: 3_600 },
  ],
  run(options, ports) {
    if (options.only !== "" && !options.lab) throw usage("--only is for --lab.");
    return options.lab ? inLab(options, ports) : inVirtualTime(options, ports);
  },
});

async function inLab(options: MtuOptions & CommonOptions, ports: Ports): Promise<Result> {
  const wanted = MTU_CELLS.filter(({ name }) => name.startsWith(options.only));
  if (wanted.length === 0) {
    const names = MTU_CELLS.map(({ name }) => name).join("; ");
    throw usage(`No cell of the lab begins with "${options.only}". There are: ${names}.`);
  }
  const cells: MtuCellFigures[] = [];
  for (const cell of wanted) cells.push(await measureCell(cell, options, ports));
  const missing = cells.filter(({ toA, toB }) => Math.min(toA.short, toB.short) < options.short);
  return {
    json: { cells },
    signatures: "Ed25519",
    report: [
      {
        title: "Paths of kernel routers",
        parts: [
          text(
            `Each side publishes ${options.short} bundles of ${SHORT_BYTES} bytes and ${options.full} of ` +
              `${MAX_PAYLOAD_BYTES}, ${options.seconds} s each way. A hole loses longer IP packets and tells nobody.`,
          ),
          table(
            ["path", "short to b", "s", "full to b", "short to a", "s", "full to a"],
            cells.map(({ name, toA, toB }) => [name, ...cameCells(toB), ...cameCells(toA)]),
          ),
          chart({
            kind: "line",
            file: "mtu-lab",
            title: "What arrives by its size",
            x: { title: "UDP payload", unit: "bytes" },
            y: { title: "share that arrives", min: 0, max: 1 },
            series: cells.map(({ name, arrived }) => ({
              name,
              points: arrived.map(({ bytes, share }) => [bytes, share] as const),
            })),
          }),
        ],
      },
    ],
    ...(missing.length > 0 && {
      failure: `short bundles are missing: ${missing.map(({ name }) => name).join(", ")}`,
    }),
  };
}

function usage(message: string): UserError {
  return new UserError(message, "See: dispersy bench mtu --help", EXIT.usage);
}

function cameCells({ short, shortSeconds, full }: Came): (string | number)[] {
  return [short, shortSeconds ?? "never", full];
}

function inVirtualTime(options: MtuOptions & CommonOptions, ports: Ports): Result {
  const profile = PROFILES[options.profile];
  const rows: HoleFigures[] = [];
  for (const hole of HOLES) {
    for (const direction of DIRECTIONS) {
      ports.progress(`hole at ${hole}: ${direction}`);
      const pair = (pathSizes: boolean) =>
        exchange({ ...profile, pathSizes }, hole, direction, options);
      rows.push({ mtu: hole, direction, sized: pair(true), unsized: pair(false) });
    }
  }
  const lacking = rows.filter(
    ({ sized }) => Math.min(sized.toJoiner.short, sized.fromJoiner.short) < options.short,
  );
  return {
    json: { rows, lacking: lacking.length },
    report: [
      {
        title: "MTU black holes",
        parts: [
          text(
            "Packets longer than the hole are lost and nobody is told. A joiner and a founder that publish " +
              `${options.short} bundles of ${SHORT_BYTES} bytes and ${options.full} of ${MAX_PAYLOAD_BYTES} each, one ` +
              `after the other, ${options.seconds} s each way; 25 ms one way. The last columns: paths not tested.`,
          ),
          table(
            [
              "hole",
              "direction",
              "to joiner: short",
              "s",
              "full",
              "from joiner: short",
              "s",
              "full",
              "without: to",
              "from",
            ],
            rows.map(({ mtu: hole, direction, sized, unsized }) => [
              hole,
              direction,
              ...cameCells(sized.toJoiner),
              ...cameCells(sized.fromJoiner),
              unsized.toJoiner.short,
              unsized.fromJoiner.short,
            ]),
          ),
          chart({
            kind: "line",
            file: "mtu",
            title: "Short bundles over a path that loses longer packets both ways",
            x: { title: "longest packet that passes", unit: "bytes" },
            y: { title: "share that came over", min: 0, max: 1 },
            series: (["sized", "unsized"] as const).map((how) => ({
              name: how === "sized" ? "paths tested" : "not tested",
              points: rows
                .filter(({ direction }) => direction === "both")
                .map((row) => [row.mtu, shareOf(row[how], options)] as const),
            })),
          }),
        ],
      },
    ],
    ...(lacking.length > 0 && {
      failure: `short bundles are missing at ${lacking.map((row) => `${row.mtu} ${row.direction}`).join(", ")}`,
    }),
  };
}

function shareOf({ toJoiner, fromJoiner }: HoleFigures["sized"], { short }: MtuLoad): number {
  return round((toJoiner.short + fromJoiner.short) / (2 * short), 3);
}

/** A founder publishes, a joiner comes and gets it, and publishes as much. */
function exchange(
  profile: Profile,
  hole: number,
  direction: Direction,
  load: MtuLoad & CommonOptions,
): HoleFigures["sized"] {
  const world = new World({ seed: load.seed });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true, profile });
  const joiner = world.addNode({ overlay, profile, seeds: [founder], startMs: 1_000 });
  const link = { ...DEFAULT_LINK, mostBytes: hole - HEADER_BYTES };
  world.network.linkRule = (from) => {
    const isFromJoiner = from.key === joiner.publicAddress.key;
    const isHole = direction === "both" || isFromJoiner === (direction === "from the joiner");
    return isHole ? link : DEFAULT_LINK;
  };
  const came = (publisher: typeof founder, receiver: typeof founder): Came => {
    const payloads = payloadsOf(load, publisher === founder ? 1 : 2);
    const before = world.held(receiver);
    world.publish(publisher, payloads);
    if (publisher === founder) world.run(1_000);
    const startMs = world.now;
    const ms = load.seconds * 1_000;
    const policy = publisher === founder ? 1 : 0;
    const hasAll = (count: number) => () => world.held(receiver) - before >= count + policy;
    const isShort = world.runUntil(hasAll(load.short), startMs + ms);
    const shortMs = world.now - startMs;
    world.runUntil(hasAll(payloads.length), startMs + ms);
    const author = publisher === founder ? 1 : 2;
    const lengths = world.bundles(receiver).map(({ header: { content } }) => {
      return content.kind === "data" && content.payload[1] === author ? content.payload.length : 0;
    });
    const short = lengths.filter((length) => length === SHORT_BYTES).length;
    const full = lengths.filter((length) => length === MAX_PAYLOAD_BYTES).length;
    const isAll = isShort && short === load.short;
    return { short, full, shortSeconds: isAll ? round(shortMs / 1_000, 2) : null };
  };
  world.run(500);
  return { toJoiner: came(founder, joiner), fromJoiner: came(joiner, founder) };
}

function payloadsOf({ short, full }: MtuLoad, author: number): Uint8Array[] {
  const payload = (bytes: number) => (_: unknown, i: number) =>
    new Uint8Array(bytes)
      .fill(i >> 8)
      .fill(i & 255, 0, 1)
      .fill(author, 1, 2);
  return [
    ...Array.from({ length: short }, payload(SHORT_BYTES)),
    ...Array.from({ length: full }, payload(MAX_PAYLOAD_BYTES)),
  ];
}
