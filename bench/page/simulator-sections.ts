import type { SimulatorFigures } from "../experiments/simulator-report.ts";
import { atLeast, atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

export const simulator = section<SimulatorFigures>({
  name: "simulator",
  title: "Speed of the simulator",
  shows:
    "1,000 nodes for 10 virtual minutes on one core, 3,000 bundles that reach all. Processor time is of all " +
    "threads of the process.",
  command: words("simulator --nodes 1000 --bundles 3000 --minutes 10 --profile adaptive --seed 1"),
  quick: words("simulator --nodes 6 --bundles 6 --minutes 1 --profile adaptive --seed 1"),
  find: (figures) => [
    {
      what: "processor time for the whole run",
      unit: "s",
      measured: figures.cpuSeconds,
      target: atMost(60),
    },
    {
      what: "nodes that hold all bundles in the end",
      unit: "",
      measured: figures.reached,
      target: atLeast(figures.nodes),
    },
    memoryPerNode(figures),
  ],
});

export const many = section<SimulatorFigures>({
  name: "simulator-5000",
  title: "5,000 nodes",
  shows: "5,000 nodes run: two virtual minutes, 100 bundles made in the first.",
  command: words("simulator --nodes 5000 --bundles 100 --minutes 2 --profile adaptive --seed 1"),
  quick: words("simulator --nodes 8 --bundles 6 --minutes 1 --profile adaptive --seed 1"),
  find: (figures) => [
    {
      what: "nodes that hold all bundles in the end",
      unit: "",
      measured: figures.reached,
      target: atLeast(figures.nodes),
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
    },
    { what: "processor time for the whole run", unit: "s", measured: figures.cpuSeconds },
    memoryPerNode(figures),
  ],
});

function memoryPerNode({ heapBytesPerNode }: SimulatorFigures): Finding {
  const measured = Math.round(heapBytesPerNode / 1_024);
  return { what: "memory in use per simulated node", unit: "KiB", measured };
}
