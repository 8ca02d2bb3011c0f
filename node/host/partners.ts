import { Address } from "../../wire/address.ts";
import type { HostPort } from "../../wire/place.ts";
import type { Driver } from "./driver.ts";
import type { Log } from "./log.ts";
import { Seeds } from "./seeds.ts";

/** Makes a tracker know other trackers, by name or address, until the returned function is called. */
export function knowPartners(driver: Driver, places: readonly HostPort[], log: Log): () => void {
  const found = (addresses: Address[]): void => driver.input({ kind: "partners", addresses });
  found(places.flatMap(({ host, port }) => Address.of(host, port) ?? []));
  const seeds = new Seeds({ places, log, found, lonely: () => true });
  return () => seeds.close();
}
