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

/** Finds out what our NAT does, on sockets of its own. Throws a UserError when nobody can be asked at all. */
export async function netcheck(options: NetcheckOptions): Promise<SurveyReport> {
  const { observers: places, listen, lifetime = false, logLevel = "error", onStage } = options;
  const unresolved: string[] = [];
  const found = await resolvePlaces(places.map(parsePlace), (host) => unresolved.push(host));
  // The survey is of the first one's family; most NATs are IPv4's.
  const observers = found.sort((a, b) => a.family - b.family);
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
    return report;
  } finally {
    await runtime.close();
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
