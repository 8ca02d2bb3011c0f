import type { SurveyReport } from "../core/survey-report.ts";
import type { Netcheck } from "../host/node/netcheck-run.ts";
import { heading } from "./output.ts";

/** What `netcheck` prints with `--json`; null is "unknown". */
export interface NetcheckJson {
  mapping: string;
  filtering: string;
  portAllocation: string;
  hairpin: boolean | null;
  /** How often to send so that a binding lives; null when that was not tested. */
  lifetimeMs: number | null;
  address: string | null;
  udp: boolean | null;
  portDelta: number;
  portLow: number;
  portHigh: number;
  /** IPs that we were seen at. */
  addresses: string[];
  /** Longest idle time that a binding survived, and shortest that it did not. */
  lifetimeTested: { longestS: number | null; brokenS: number | null } | null;
  observers: { address: string; answered: boolean; secondPort: boolean; helper: boolean }[];
  /** Why something stays unknown: sentences. */
  missing: string[];
}

export function netcheckJson(report: Netcheck): NetcheckJson {
  const { nat, hairpin, lifetime, address, udp, hosts, observers } = report;
  return {
    mapping: nat.mapping,
    filtering: nat.filtering,
    portAllocation: nat.allocation,
    hairpin: hairpin ?? null,
    lifetimeMs: lifetime?.keepAliveMs ?? null,
    address: address?.key ?? null,
    udp: udp ?? null,
    portDelta: nat.portDelta,
    portLow: nat.portLow,
    portHigh: nat.portHigh,
    addresses: hosts,
    lifetimeTested: lifetime
      ? { longestS: lifetime.longestS ?? null, brokenS: lifetime.brokenS ?? null }
      : null,
    observers: observers.map(({ address, answered, otherPort, helper }) => ({
      address: address.key,
      answered,
      secondPort: otherPort,
      helper,
    })),
    missing: missing(report),
  };
}

const MAPPING: Record<string, string> = {
  unknown: "unknown",
  none: "none: this machine has the address that others see",
  "endpoint-independent": "endpoint-independent: everybody sees the same port",
  "address-dependent": "address-dependent: every address sees another port",
  "address-and-port-dependent":
    "address-and-port-dependent: every address and port sees another port",
};

const FILTERING: Record<string, string> = {
  unknown: "unknown",
  none: "none: anybody can reach this machine",
  "endpoint-independent": "endpoint-independent: anybody can reach a port that was used once",
  "address-dependent": "address-dependent: only addresses that were sent to",
  "address-and-port-dependent":
    "address-and-port-dependent: only addresses and ports that were sent to",
};

/** The same for people. */
export function netcheckScreen(report: Netcheck): string {
  const { nat, address, hosts, udp, observers } = report;
  const rows: [string, string][] = [
    ["UDP", udp === true ? "works" : udp === false ? "blocked, it seems" : "unknown"],
    ...(udp === true
      ? ([
          [
            "Address",
            `${address?.key ?? "unknown"}${hosts.length > 1 ? `, of several: ${hosts.join(" ")}` : ""}`,
          ],
          ["Mapping", MAPPING[nat.mapping]!],
          ["Filtering", FILTERING[nat.filtering]!],
          ["Ports", ports(report)],
          ["Hairpin", hairpin(report)],
          ["Lifetime", lifetime(report)],
        ] as [string, string][])
      : []),
    ...observers.map(({ address: at, answered, otherPort, helper }, i): [string, string] => {
      const how = !answered
        ? "did not answer"
        : `answered${otherPort ? " on both ports" : ""}${helper ? ", had a helper reach us" : ""}`;
      return [i === 0 ? "Asked" : "", `${at.key} ${how}`];
    }),
    ...missing(report).map((sentence, i): [string, string] => [i === 0 ? "Missing" : "", sentence]),
  ];
  return rows.map(([name, text]) => `${heading(name.padEnd(10))} ${text}`).join("\n");
}

function ports({ nat }: SurveyReport): string {
  const { allocation, portDelta, portLow, portHigh } = nat;
  if (allocation === "preserving") return "preserving: the same outside as inside";
  if (allocation === "sequential")
    return `sequential: each ${signed(portDelta)} from the last, near ${portHigh}`;
  if (allocation === "block") return `block: any of ${portLow} to ${portHigh}`;
  if (allocation === "random") return `random: any of about ${portLow} to ${portHigh}`;
  return "unknown";
}

function signed(delta: number): string {
  return delta > 0 ? `+${delta}` : String(delta);
}

function hairpin({ hairpin: heard, nat }: SurveyReport): string {
  if (heard === undefined)
    return nat.mapping === "none" ? "does not apply without a NAT" : "unknown";
  return heard
    ? "yes: two machines behind it can use their outside addresses"
    : "no: two machines behind it must use their inside addresses";
}

function lifetime({ lifetime: tested }: SurveyReport): string {
  if (tested === undefined) return "not tested (--lifetime does, in 3 minutes)";
  const { keepAliveMs, longestS, brokenS } = tested;
  const survived =
    longestS === undefined
      ? "none of the idle times tested survived"
      : `${longestS} s idle survived`;
  return `${survived}${brokenS === undefined ? "" : `, ${brokenS} s did not`}; sending every ${keepAliveMs / 1_000} s keeps it`;
}

/** Who or what was missing to know more. */
function missing(report: Netcheck): string[] {
  return [...report.doubled.map(doubled), ...unanswered(report)];
}

function doubled(place: string): string {
  return `${place} is a tracker that was named before it: it counts once. Name another one in its place.`;
}

function unanswered(report: SurveyReport): string[] {
  const { nat, udp, observers } = report;
  const answered = observers.filter((observer) => observer.answered);
  if (udp === undefined) {
    return [
      "The only tracker did not answer. Name a second one, to tell a tracker that is down from blocked UDP.",
    ];
  }
  if (udp === false) {
    return [
      "No tracker answered. Try one on another port, such as 443, or ask who runs this network's firewall.",
    ];
  }
  const sentences: string[] = [];
  const hosts = new Set(answered.map(({ address }) => address.host));
  if (nat.mapping === "unknown" && hosts.size < 2) {
    sentences.push(
      "Name a second tracker, on another public address: one alone cannot tell how the mapping depends on whom we send to.",
    );
  }
  for (const { address, otherPort } of answered) {
    if (otherPort) continue;
    sentences.push(
      `${address.key} did not answer on its second port, ${address.port + 1}: open it there.`,
    );
  }
  if (nat.filtering === "unknown" && !answered.some(({ helper }) => helper)) {
    sentences.push(
      "No tracker knew anybody to reach us from an address that we never sent to: start each tracker with --tracker and the other's address.",
    );
  }
  if (sentences.length === 0 && (nat.mapping === "unknown" || nat.filtering === "unknown")) {
    sentences.push("Answers were lost or contradict each other: try again.");
  }
  return sentences;
}
