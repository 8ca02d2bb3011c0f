import type { HostPort } from "../../../wire/place.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Driver } from "./driver.ts";
import type { Log } from "../log.ts";
import { Seeds, literals } from "../net/seeds.ts";

interface Around {
  driver: Driver;
  log: Log;
  asOfNow: () => Engine;
  era: () => number;
}

/** Makes a tracker know other trackers, by name or address, until the returned function is called. */
export function addPartnerTrackers(places: readonly HostPort[], around: Around): () => void {
  const { driver, log, asOfNow, era } = around;
  driver.input({ kind: "partners", addresses: literals(places) });
  const seeds = new Seeds({
    places,
    log,
    liveness: (address) => asOfNow().liveness(address),
    changed: (addresses, gone) => driver.input({ kind: "partners", addresses, gone }),
    era,
  });
  return () => seeds.close();
}
