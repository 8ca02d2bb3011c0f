import { setTimeout as sleep } from "node:timers/promises";
import type { SurveyReport } from "../../core/survey-report.ts";
import { netcheck } from "../node/netcheck-run.ts";
import { type AskedPlace, askPlaces } from "./asked-places.ts";
import { type DialledTracker, dialTrackers } from "./dialled-trackers.ts";
import { type HomeFacts, readHome } from "./home-facts.ts";
import { type Networks, readNetworks } from "./networks.ts";
import { type RouterFacts, askRouter } from "./router-facts.ts";
import { type Served, askNode } from "./served.ts";
import type { Settings } from "./settings.ts";
import { type StoreFacts, readStore } from "./store-facts.ts";

/** What checks look at. What takes time is asked once for all of them, and begins at once. */
export interface Surroundings {
  readonly home: string;
  readonly settings: Settings;
  /** Unix time in milliseconds, as this machine believes. */
  readonly wallMs: number;
  /** Such as 20.19.0. */
  readonly nodeVersion: string;
  /** The least one that this program is made for. */
  readonly leastNodeVersion: string;
  readonly facts: HomeFacts;
  /** What the running node says. */
  readonly served: Promise<Served>;
  readonly networks: Promise<Networks>;
  /** Trackers and the places of tickets. */
  readonly asked: Promise<readonly AskedPlace[]>;
  /** Trackers that are named by where they take WebSockets. */
  readonly dialled: Promise<readonly DialledTracker[]>;
  /** Undefined where nobody answers. */
  readonly survey: Promise<SurveyReport | undefined>;
  readonly router: Promise<RouterFacts | undefined>;
  readonly store: Promise<StoreFacts>;
}

/** A survey takes 3 s; what is not known then stays unknown. */
const SURVEY_MS = 4_500;

/** Begins to look around. Nothing is written, and no port is mapped. */
export function lookAround(
  home: string,
  settings: Settings,
  { leastNodeVersion }: { leastNodeVersion: string },
): Surroundings {
  const facts = readHome(home);
  const served = askNode(home);
  const networks = readNetworks();
  const asked = Promise.all([served, networks]).then(([node, { own }]) =>
    askPlaces({ settings, facts, served: node, own }),
  );
  return {
    home,
    settings,
    wallMs: Date.now(),
    nodeVersion: process.versions.node,
    leastNodeVersion,
    facts,
    served,
    networks,
    asked,
    dialled: dialTrackers(settings.trackers),
    survey: asked.then(survey),
    router: networks.then(askRouter),
    store: readStore(home),
  };
}

/** Of those that answered; which of them observe, the survey finds out. */
async function survey(asked: readonly AskedPlace[]): Promise<SurveyReport | undefined> {
  const observers = asked.flatMap(({ address, outcome }) =>
    outcome === "answered" && address !== undefined ? [address.key] : [],
  );
  if (observers.length === 0) return undefined;
  const late = sleep(SURVEY_MS, undefined, { ref: false });
  const made = netcheck({ observers, logLevel: "silent" }).catch(() => undefined);
  return Promise.race([made, late]);
}
