import { PROFILES } from "../../node/core/profile.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { Arrivals } from "./arrivals.ts";
import type { Draft } from "../../wire/bundle.ts";
import { Overlay } from "./overlay.ts";
import { freshInLab, lateRows } from "./fresh-lab.ts";
import { freshLabReport, type FreshRow, freshReport } from "./fresh-report.ts";

interface Options {
  lab: boolean;
  untold: boolean;
  nodes: number;
  bundles: number;
  loss: number;
}

/** What is measured where nothing else is asked for. */
const IN_VIRTUAL_TIME = { bundles: 10, loss: 0.1 };
const IN_LAB = { bundles: 30, loss: 0.05 };

/** The candidate tables are full by then: twice the lifetime of a contact. */
const WARM_UP_MS = 120_000;
/** What is lost on every path has had its effect on the tables by then; its second half is what an idle node sends. */
const SETTLE_MS = 60_000;
/** From one bundle to the next: nothing of the one before is under way any more. */
const PAUSE_MS = 20_000;
const HOUR_MS = 3_600_000;
type Kind = FreshRow["what"];

/** Of a chat. */
const PAYLOAD_BYTES = 100;

export const fresh = experiment<Options>({
  name: "fresh",
  summary:
    "new bundles and ephemeral messages: seconds until the nodes have them, without and with loss",
  signatures: "keyed hash",
  options: [
    {
      name: "lab",
      summary: "three nodes of the built program behind kernel NATs; needs root",
      default: false,
    },
    { name: "untold", summary: "nodes do not tell of what is new, to compare", default: false },
    {
      name: "nodes",
      summary: "nodes of the overlay in virtual time",
      default: 200,
      min: 2,
      max: 20_000,
    },
    {
      name: "bundles",
      summary: "new bundles, one after another; 0: 10, or 30 by each node in the lab",
      default: 0,
      max: 10_000,
    },
    {
      name: "loss",
      summary: "share of the datagrams lost in the second part, 0 to 1; 0: 0.1, or 0.05 in the lab",
      default: 0,
      max: 0.9,
      fraction: true,
    },
  ],
  run: (options, ports) => (options.lab ? inLab(options, ports) : inVirtualTime(options, ports)),
});

function inVirtualTime(given: Options & CommonOptions, ports: Ports): Result {
  const options = withDefaults(given, IN_VIRTUAL_TIME);
  const rows = measure(options, ports);
  const { nodes, bundles, profile } = options;
  return { json: { nodes, bundles, profile, rows }, report: freshReport(options, rows) };
}

async function inLab(given: Options & CommonOptions, ports: Ports): Promise<Result> {
  const options = { ...withDefaults(given, IN_LAB), told: !given.untold };
  const { bundles, profile, told } = options;
  const figures = await freshInLab(options, ports);
  const late = lateRows(figures.rows).map(({ by, loss }) => `by ${by} at ${loss * 100} % loss`);
  return {
    json: { bundles, profile, told, ...figures },
    report: freshLabReport(options, figures),
    signatures: "Ed25519",
    ...(late.length > 0 && { failure: `new bundles are late or missing: ${late.join(", ")}` }),
  };
}

function withDefaults<T extends Options>(options: T, usual: typeof IN_LAB): T {
  const { bundles, loss } = options;
  return { ...options, bundles: bundles || usual.bundles, loss: loss || usual.loss };
}

/** One overlay, first with sound paths, then with lossy ones. */
function measure(options: Options & CommonOptions, ports: Ports): FreshRow[] {
  const { seed, nodes } = options;
  ports.progress(`${nodes} nodes start`);
  const usual = PROFILES[options.profile];
  const profile = options.untold ? { ...usual, fresh: false } : usual;
  const overlay = new Overlay({ seed, nodes, profile });
  const arrivals = new Arrivals();
  for (const node of overlay.live) arrivals.watch(node);
  overlay.run(WARM_UP_MS, (share) =>
    ports.progress(`${nodes} nodes get acquainted, ${Math.round(share * 100)} %`),
  );
  const whats: Kind[] = options.profile === "adaptive" ? ["bundle", "ephemeral"] : ["bundle"];
  return [0, options.loss].flatMap((loss) => {
    overlay.world.network.linkRule = () => ({ ...DEFAULT_LINK, loss });
    return whats.map((what) => atLoss(what, loss, overlay, arrivals, options, ports));
  });
}

function atLoss(
  what: Kind,
  loss: number,
  overlay: Overlay,
  arrivals: Arrivals,
  { nodes, bundles }: Options,
  ports: Ports,
): FreshRow {
  overlay.run(SETTLE_MS / 2);
  const idleBytes = sentIn(overlay, SETTLE_MS / 2);
  const idlePerMs = idleBytes / (SETTLE_MS / 2);
  const [sentBefore, bytesBefore] = [bundlesSent(overlay), overlay.sentBytes];
  const times = Array.from({ length: bundles }, (_, i) => {
    ports.progress(`${what}s, ${loss * 100} % loss: ${i + 1} of ${bundles}`);
    return publish(what, overlay, arrivals);
  });
  const whole = ascending(times.flat());
  const until99 = times.map((each) => each[Math.ceil(nodes * 0.99) - 1] ?? Infinity);
  const bytes = overlay.sentBytes - bytesBefore - idlePerMs * PAUSE_MS * bundles;
  return {
    what,
    loss,
    seconds: {
      p50: round(quantile(whole, 0.5), 3),
      p99: round(quantile(whole, 0.99), 3),
      max: round(whole.at(-1)!, 3),
    },
    mostUntil99: until99.includes(Infinity) ? null : round(Math.max(...until99), 3),
    missing: nodes * bundles - whole.length,
    copies: round((bundlesSent(overlay) - sentBefore) / (nodes * bundles), 2),
    bytesPerNode: round(bytes / nodes / bundles, 0),
    idleBytesPerHour: round((idlePerMs * HOUR_MS) / nodes, 0),
  };
}

/** Seconds until each node had it, ascending. */
function publish(what: Kind, overlay: Overlay, arrivals: Arrivals): number[] {
  const { world } = overlay;
  const author = overlay.draw();
  let key = "";
  arrivals.whenPublished(author, (published) => (key = published));
  const madeMs = world.now;
  const payload = world.random(`fresh ${madeMs}`).bytes(PAYLOAD_BYTES);
  const kind = what === "bundle" ? "data" : what;
  author.publish([{ content: { kind, payload } } satisfies Draft]);
  overlay.run(PAUSE_MS);
  return ascending([...arrivals.of(key).values()].map((time) => (time - madeMs) / 1_000));
}

function sentIn(overlay: Overlay, ms: number): number {
  const before = overlay.sentBytes;
  overlay.run(ms);
  return overlay.sentBytes - before;
}

/** Bundles in datagrams that left any node. */
function bundlesSent(overlay: Overlay): number {
  return overlay.live.reduce(
    (sum, { engine }) => sum + (engine.counters.get("bundles sent") ?? 0),
    0,
  );
}
