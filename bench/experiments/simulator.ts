import { bytesInUse } from "../analysis/memory.ts";
import { round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { Overlay } from "./overlay.ts";
import { type Sample, type SimulatorFigures, simulatorReport } from "./simulator-report.ts";

interface Options {
  nodes: number;
  bundles: number;
  backlog: number;
  minutes: number;
}

/** Everybody runs by then. */
const WRITING_BEGINS_MS = 10_000;
/** The share of the time that is over when the last bundle is written, so that all can arrive. */
const WRITING_ENDS = 0.5;
const SAMPLES = 60;

export const simulator = experiment<Options>({
  name: "simulator",
  summary: "how fast this simulator is, and what memory a simulated node takes",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes of the overlay", default: 1_000, min: 2, max: 20_000 },
    {
      name: "bundles",
      summary: "written by random nodes, evenly over the first half",
      default: 3_000,
      max: 1_000_000,
    },
    { name: "backlog", summary: "bundles that all hold already", default: 0, max: 1_000_000 },
    { name: "minutes", summary: "virtual minutes", default: 10, min: 1 },
  ],
  run(options, ports): Result {
    const { figures, samples } = measure(options, ports);
    return { json: figures, report: simulatorReport(figures, samples) };
  },
});

function measure(
  options: Options & CommonOptions,
  ports: Ports,
): { figures: SimulatorFigures; samples: Sample[] } {
  const { seed, nodes, bundles, backlog, minutes } = options;
  const bytesBefore = bytesInUse();
  const cpuBefore = process.cpuUsage();
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return round((user + system) / 1e6, 2);
  };
  ports.progress(`${nodes} nodes start`);
  const overlay = new Overlay({ seed, nodes, profile: PROFILES[options.profile], backlog });
  const { world, live } = overlay;
  const endMs = minutes * 60_000;
  const writingMs = endMs * WRITING_ENDS - WRITING_BEGINS_MS;
  for (let i = 0; i < bundles; i++) {
    const atMs = WRITING_BEGINS_MS + (i * writingMs) / bundles;
    world.clock.at(atMs, { fire: () => void world.publish(overlay.draw()) });
  }
  const samples: Sample[] = [];
  for (let i = 1; i <= SAMPLES; i++) {
    overlay.run(endMs / SAMPLES);
    const held = live.reduce((sum, node) => sum + overlay.newAt(node), 0);
    const sample = {
      virtualSeconds: round(world.now / 1_000, 3),
      cpuSeconds: cpuSeconds(),
      held: bundles === 0 ? 1 : round(held / bundles / nodes, 4),
    };
    samples.push(sample);
    ports.progress(
      `${nodes} nodes, ${Math.round(sample.virtualSeconds)} of ${minutes * 60} virtual seconds, ` +
        `${Math.round(sample.held * 100)} % of the bundles arrived, ${Math.round(sample.cpuSeconds)} s of ` +
        "processor time",
    );
  }
  const cpu = cpuSeconds();
  const deliveries = world.network.traffic.fates.delivered;
  const figures: SimulatorFigures = {
    nodes,
    bundles,
    reached: live.filter((node) => overlay.newAt(node) === bundles).length,
    virtualSeconds: minutes * 60,
    cpuSeconds: cpu,
    deliveries,
    microsecondsPerDelivery: round((cpu * 1e6) / deliveries, 1),
    heapBytesPerNode: Math.round((bytesInUse() - bytesBefore) / nodes),
    rssMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
    profile: options.profile,
    backlog,
    digest: world.digest(),
  };
  return { figures, samples };
}
