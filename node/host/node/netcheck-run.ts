import type { Address } from "../../../wire/address.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { SurveyReport, SurveyStage } from "../../core/survey-report.ts";
import { parseListen, parsePlace, resolvePlaces } from "../net/endpoint.ts";
import { EXIT, UserError } from "../errors.ts";
import { createLog, type LogLevel } from "../log.ts";
import { Runtime } from "../runtime/runtime.ts";

export interface NetcheckOptions {
  /** `host:port` of trackers to ask. Names are resolved. */
  observers: readonly string[];
  /** Where to send from; without it, all interfaces and any port. */
  listen?: string;
  /** Test also how long a binding of the NAT lives: 3 minutes. */
  lifetime?: boolean;
  logLevel?: LogLevel;
  onStage?: (stage: SurveyStage) => void;
}

/** As the sockets count it when the system knows no route. */
const NO_ROUTE = "send: ENETUNREACH";

export interface Netcheck extends SurveyReport {
  /** Of the places that were given, those that lead to nobody else than places before them. */
  readonly doubled: readonly string[];
}

/** Finds out what our NAT does, on sockets of its own. Throws a UserError when nobody can be asked at all. */
export async function netcheck(options: NetcheckOptions): Promise<Netcheck> {
  const { observers: places, listen, lifetime = false, logLevel = "error", onStage } = options;
  const unresolved: string[] = [];
  const found = await Promise.all(
    places.map(parsePlace).map((place) => resolvePlaces([place], (host) => unresolved.push(host))),
  );
  const { distinct, doubled } = withoutDoubles(found, places);
  // The survey is of the first one's family; most NATs are IPv4's.
  const observers = distinct.sort((a, b) => a.family - b.family);
  if (observers.length === 0) {
    throw new UserError(
      `no address for ${unresolved.join(", ")}`,
      "Check the names, or give IP addresses.",
      EXIT.failed,
    );
  }
  const { promise, resolve } = withResolvers<SurveyReport>();
  const notify = (event: EngineEvent): void => {
    if (event.event === "surveying") onStage?.(event.stage);
    else if (event.event === "surveyed") resolve(event.report);
  };
  const runtime = await Runtime.open({
    role: "node",
    offline: false,
    log: createLog({ level: logLevel }),
    store: () => {
      throw new Error("no overlay, so no commits");
    },
    notify,
    ...(listen !== undefined && { listen: parseListen(listen) }),
  });
  try {
    runtime.driver.input({ kind: "survey", observers, lifetime });
    const report = await promise;
    if (report.udp !== true && runtime.sockets?.counters.has(NO_ROUTE) === true) {
      throw new UserError(
        "this machine has no way to the trackers",
        "Connect it to a network, or give addresses of the IP version that it has.",
      );
    }
    return { ...report, doubled };
  } finally {
    await runtime.close();
  }
}

/** A tracker is named again by another name of it, and by its second port, which is the next one. */
function withoutDoubles(
  found: readonly (readonly Address[])[],
  places: readonly string[],
): { distinct: Address[]; doubled: string[] } {
  const distinct = new Map<string, Address>();
  const doubled: string[] = [];
  found.forEach((addresses, i) => {
    const fresh = addresses.filter((address) => {
      const isSecond = address.port > 1 && distinct.has(address.withPort(address.port - 1).key);
      return !distinct.has(address.key) && !isSecond;
    });
    if (fresh.length === 0 && addresses.length > 0) doubled.push(places[i]!);
    for (const address of fresh) distinct.set(address.key, address);
  });
  return { distinct: [...distinct.values()], doubled };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
