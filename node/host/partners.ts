import type { HostPort } from "../../wire/place.ts";
import type { Log } from "./log.ts";
import type { Runtime } from "./runtime.ts";
import { Seeds, literals } from "./seeds.ts";

/** Makes a tracker know other trackers, by name or address, until the returned function is called. */
export function knowPartners(runtime: Runtime, places: readonly HostPort[], log: Log): () => void {
  const { driver } = runtime;
  driver.input({ kind: "partners", addresses: literals(places) });
  const seeds = new Seeds({
    places,
    log,
    liveness: (address) => runtime.asOfNow().liveness(address),
    changed: (addresses, gone) => driver.input({ kind: "partners", addresses, gone }),
    era: () => runtime.era,
  });
  return () => seeds.close();
}
