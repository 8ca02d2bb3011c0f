import type { SimulatorFigures } from "../experiments/simulator-report.ts";
import { atLeast, atMost, type Finding } from "./finding.ts";
import { section, SPEED, words } from "./section.ts";

/** Why nothing shows that it could fail. */
const REACHED = "any offers bring everything in so much time";

export const simulator = section<SimulatorFigures>({
  name: "simulator",
  title: "Speed of the simulator",
  shows:
    "1,000 nodes for a virtual minute on one core, 300 bundles that reach all: a tenth of ten minutes with 3,000, for " +
    "which 120 s are asked. Processor time is of all threads of the process.",
  command: words("simulator --nodes 1000 --bundles 300 --minutes 1 --profile adaptive --seed 1"),
  quick: words("simulator --nodes 6 --bundles 6 --minutes 1 --profile adaptive --seed 1"),
  find: (figures) => [
    {
      what: "processor time for the whole run",
      unit: "s",
      measured: figures.cpuSeconds,
      target: atMost(12),
      noControl: SPEED,
    },
    {
      what: "nodes that hold all bundles in the end",
      unit: "",
      measured: figures.reached,
      target: atLeast(figures.nodes),
      noControl: REACHED,
    },
    memoryPerNode(figures),
  ],
});

export const many = section<SimulatorFigures>({
  name: "simulator-5000",
  title: "5,000 nodes",
  shows: "5,000 nodes run: a virtual minute, 20 bundles made in its first half.",
  command: words("simulator --nodes 5000 --bundles 20 --minutes 1 --profile adaptive --seed 1"),
  quick: words("simulator --nodes 8 --bundles 6 --minutes 1 --profile adaptive --seed 1"),
  find: (figures) => [
    {
      what: "nodes that hold all bundles in the end",
      unit: "",
      measured: figures.reached,
      target: atLeast(figures.nodes),
      noControl: REACHED,
    },
    { what: "processor time for the whole run", unit: "s", measured: figures.cpuSeconds },
    memoryPerNode(figures),
  ],
});

export const backlog = section<SimulatorFigures>({
  name: "simulator-backlog",
  title: "1,000 nodes with a backlog of 100,000 bundles",
  shows: "An immutable base is shared under each node's own layer, so that it fits into 8 GB.",
  command: words(
    "simulator --nodes 1000 --backlog 100000 --bundles 50 --minutes 1 --profile adaptive --seed 1",
  ),
  quick: words(
    "simulator --nodes 6 --backlog 50 --bundles 6 --minutes 1 --profile adaptive --seed 1",
  ),
  find: (figures) => [
    {
      what: "most memory that the process occupied",
      unit: "MB",
      measured: Math.round((figures.rssMiB * 2 ** 20) / 1e6),
      target: atMost(8_000),
      noControl: SPEED,
    },
    { what: "processor time for the whole run", unit: "s", measured: figures.cpuSeconds },
    memoryPerNode(figures),
  ],
});

function memoryPerNode({ heapBytesPerNode }: SimulatorFigures): Finding {
  const measured = Math.round(heapBytesPerNode / 1_024);
  return { what: "memory in use per simulated node", unit: "KiB", measured };
}
