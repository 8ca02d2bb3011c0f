import { KINDS, NAT_KINDS, type NatBehaviour, type NatKind } from "../../node/testing/nat-kinds.ts";
import { World } from "../../node/testing/world.ts";
import type { SurveyReport } from "../../node/core/survey-report.ts";
import type { Filtering, Mapping, NatSummary } from "../../wire/message.ts";

export const EVERY_KIND: readonly NatKind[] = KINDS;

/** What a survey should say of a kind; a list: any of these. */
interface Truth {
  mapping: Mapping;
  filtering: Filtering;
  allocation: NatSummary["allocation"][];
}

const EIM = { mapping: "endpoint-independent" } as const;
const APDF = { filtering: "address-and-port-dependent" } as const;
const APDM = { mapping: "address-and-port-dependent", ...APDF } as const;

const TRUTH: Record<Exclude<NatKind, "blocked">, Truth> = {
  open: { mapping: "none", filtering: "none", allocation: ["preserving"] },
  eif: { ...EIM, filtering: "endpoint-independent", allocation: ["preserving"] },
  adf: { ...EIM, filtering: "address-dependent", allocation: ["preserving"] },
  apdf: { ...EIM, ...APDF, allocation: ["preserving"] },
  "apdf-np": { ...EIM, ...APDF, allocation: ["random"] },
  adm: { mapping: "address-dependent", ...APDF, allocation: ["random"] },
  seq: { ...APDM, allocation: ["sequential"] },
  blk: { ...APDM, allocation: ["block"] },
  rnd: { ...APDM, allocation: ["random"] },
};

export interface SurveyOptions {
  kind: NatKind;
  seed: string | number;
  loss?: number;
  /** Changes to the kind's NAT. */
  behaviour?: Partial<NatBehaviour>;
  /** Trackers, each on an address of its own; 2 by default. */
  trackers?: number;
  /** Sockets of each; 2 by default. */
  ports?: number;
  /** Whether they know each other; they do by default. */
  partners?: boolean;
  lifetime?: boolean;
  /** Other nodes of the overlay, behind NATs of this kind, in whose name it is asked then. */
  others?: { kind: NatKind; count: number };
}

export interface SurveyRun {
  report: SurveyReport | undefined;
  /** Virtual time from the beginning of the survey to its report. */
  ms: number;
  world: World;
}

/** Virtual time that trackers have to find each other. */
const SETTLING_MS = 5_000;
const LIMIT_MS = 400_000;

/** One node behind a NAT surveys it. */
export function runSurvey(options: SurveyOptions): SurveyRun {
  const { kind, seed, loss = 0, behaviour, trackers: count = 2, ports = 2 } = options;
  const world = new World({ seed, link: { loss, jitterMs: 5 } });
  const trackers = Array.from({ length: count }, () => world.addTracker({ sockets: ports }));
  const observers = trackers.map(({ publicAddress }) => publicAddress);
  if (options.partners !== false) {
    for (const tracker of trackers) {
      const addresses = observers.filter(({ key }) => key !== tracker.publicAddress.key);
      tracker.handle({ kind: "partners", addresses });
    }
  }
  const nat = kind === "open" ? "open" : { ...NAT_KINDS[kind], ...behaviour };
  const overlay = world.overlay();
  const { others } = options;
  for (let i = 0; i < (others?.count ?? 0); i++) {
    world.addNode({ overlay, nat: others!.kind, seeds: trackers });
  }
  const node = world.addNode({ overlay, nat, seeds: others === undefined ? [] : trackers });
  world.run(SETTLING_MS);
  let report: SurveyReport | undefined;
  node.onEvent((event) => {
    if (event.event === "surveyed") report = event.report;
  });
  const beganMs = world.now;
  node.handle({
    kind: "survey",
    observers,
    lifetime: options.lifetime ?? false,
    ...(others !== undefined && { overlay: overlay.id }),
  });
  world.runUntil(() => report !== undefined, beganMs + LIMIT_MS);
  return { report, ms: world.now - beganMs, world };
}

/** "right", "unknown" where something is not known, or what is wrong, as text. */
export function verdictOn(kind: NatKind, report: SurveyReport | undefined): string {
  if (report === undefined) return "no report";
  if (kind === "blocked") return report.udp === false ? "right" : `udp ${report.udp}`;
  if (report.udp !== true) return `udp ${report.udp}`;
  const { mapping, filtering, allocation } = report.nat;
  const truth = TRUTH[kind];
  const wrong = [
    ...(mapping === truth.mapping || mapping === "unknown" ? [] : [`mapping ${mapping}`]),
    ...(filtering === truth.filtering || filtering === "unknown" ? [] : [`filtering ${filtering}`]),
    ...(truth.allocation.includes(allocation) || allocation === "unknown" ? [] : [allocation]),
  ];
  if (wrong.length > 0) return wrong.join(", ");
  return [mapping, filtering, allocation].includes("unknown") ? "unknown" : "right";
}
