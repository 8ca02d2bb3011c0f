import { chart, type ReportSection, table, text } from "../experiment.ts";

/** What `--json` prints. All but the times and the memory repeat from the seed. */
export interface SimulatorFigures {
  nodes: number;
  bundles: number;
  /** Nodes that hold every bundle in the end. */
  reached: number;
  virtualSeconds: number;
  /** Of this process, all its threads, building the overlay included. */
  cpuSeconds: number;
  /** Datagrams that reached a receiver. */
  deliveries: number;
  microsecondsPerDelivery: number;
  /** JavaScript heap and byte arrays in the end, the bundles that nodes share included, divided by the nodes. */
  heapBytesPerNode: number;
  /** The most that this process ever occupied. */
  rssMiB: number;
  profile: string;
  backlog: number;
  /** A hash of all deliveries: two machines with one digest simulated the same. */
  digest: string;
}

/** The state of a run at a moment of virtual time. */
export interface Sample {
  virtualSeconds: number;
  cpuSeconds: number;
  /** Mean share of all bundles that a node holds, 0 to 1. */
  held: number;
}

const PERCENT = 100;

export function simulatorReport(
  figures: SimulatorFigures,
  samples: readonly Sample[],
): ReportSection[] {
  const { nodes, bundles, backlog, reached, virtualSeconds, profile } = figures;
  const count = (value: number): string => value.toLocaleString("en-US");
  return [
    {
      title: "Result",
      parts: [
        text(
          `${count(nodes)} nodes of the ${profile} profile with a shared backlog of ${count(backlog)} bundles ` +
            `for ${virtualSeconds} virtual seconds. Random nodes write ${count(bundles)} bundles evenly over the ` +
            `first half; ${count(reached)} nodes hold all of them in the end.`,
        ),
        table(
          ["", { title: "measured", align: "right" }],
          [
            ["processor time of all threads, s", figures.cpuSeconds],
            ["datagrams delivered", count(figures.deliveries)],
            ["processor time per delivery, µs", figures.microsecondsPerDelivery],
            ["memory in use per node, KiB", Math.round(figures.heapBytesPerNode / 1_024)],
            ["most memory occupied by the process, MiB", count(figures.rssMiB)],
            ["nodes that hold everything", count(reached)],
          ],
        ),
        chart({
          file: "simulator-time",
          kind: "line",
          title: "Processor time over virtual time",
          x: { title: "virtual time", unit: "s" },
          y: { title: "processor time", unit: "s" },
          series: [
            {
              name: "measured",
              points: samples.map((at): [number, number] => [at.virtualSeconds, at.cpuSeconds]),
            },
          ],
        }),
        chart({
          file: "simulator-held",
          kind: "line",
          title: "Share of all bundles that a node holds",
          x: { title: "virtual time", unit: "s" },
          y: { title: "held", unit: "%", min: 0, max: PERCENT },
          series: [
            {
              name: "mean of the nodes",
              points: samples.map((at): [number, number] => [at.virtualSeconds, at.held * PERCENT]),
            },
          ],
        }),
      ],
    },
  ];
}
