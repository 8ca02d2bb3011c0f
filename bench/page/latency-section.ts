import type { LatencyFigures } from "../experiments/latency-report.ts";
import { STEP_MS } from "../experiments/overlay.ts";
import { atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

/** What a loss costs where a bundle is told again: twice that a datagram is lost, and the other way round the world. */
const AGAIN_MS = 1_000;

export const latency = section<LatencyFigures>({
  name: "latency",
  title: "How late a bundle is, and what an idle node costs",
  shows:
    "From publishing until another node has it on disk, over all pairs. LAN: one hop, and for the 99 % two of them with " +
    "what waits for each other between. Internet (5 to 100 ms one way, 1 % loss): two hops at the median, and where a " +
    "datagram was lost a second at the most. At 10 % uptime absence decides; once receiver and holder are both there it " +
    "is one step. Idle: what the walk needs by its arithmetic, and a tenth more for searches and keep-alives.",
  command: words("latency --seed 1"),
  quick: words("latency --nodes 4 --bundles 3 --hours 1 --seed 1"),
  controlCommand: words(
    "latency --bundles 50 --hours 4 --without fresh,push,fastStart,hints --seed 1",
  ),
  quickControl: words("latency --nodes 4 --bundles 3 --hours 1 --without fresh,push --seed 1"),
  find: (figures, control) => {
    const { lan, internet, rare, idle, idleByAnalysis } = figures;
    const asked = (
      what: string,
      unit: string,
      limit: number,
      of: (figures: LatencyFigures) => number | null,
    ): Finding => ({
      what,
      unit,
      measured: of(figures),
      target: atMost(limit),
      ...(control && { control: { off: OFF, measured: of(control) } }),
    });
    return [
      asked("LAN, median", "ms", 10, (one) => one.lan.p50Ms),
      asked("LAN, 99 %", "ms", 100, (one) => one.lan.p99Ms),
      asked("Internet, median", "ms", 200, (one) => one.internet.p50Ms),
      asked("Internet, 99 %", "ms", AGAIN_MS, (one) => one.internet.p99Ms),
      { what: "10 % uptime, median", unit: "min", measured: minutes(rare.p50Ms) },
      { what: "10 % uptime, 99 %", unit: "min", measured: minutes(rare.p99Ms) },
      asked("10 % uptime, once they meet, median", "ms", AGAIN_MS, (one) => {
        return one.rare.fromMeeting.p50Ms;
      }),
      asked("10 % uptime, once they meet, 99 %", "ms", STEP_MS, (one) => {
        return one.rare.fromMeeting.p99Ms;
      }),
      {
        what: "never delivered",
        unit: "",
        measured: lan.missing + internet.missing + rare.missing,
        target: atMost(0),
        noControl: "any offers bring everything in so much time",
      },
      {
        what: "idle, sent per hour",
        unit: "kB",
        measured: Math.round(idle.sentPerHour / 1_000),
        target: atMost(Math.round((1.1 * idleByAnalysis) / 1_000)),
        ...(control && {
          control: { off: OFF, measured: Math.round(control.idle.sentPerHour / 1_000) },
        }),
      },
    ];
  },
});

/** Of the control: how a bundle then travels is by offers at the steps, and equal sets are offered too. */
const OFF = "telling, pushing, the fast start and hints";

const minutes = (ms: number | null): number | null =>
  ms === null ? null : Math.round(ms / 60_000);
