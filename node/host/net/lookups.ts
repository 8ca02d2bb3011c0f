import { lookUp } from "./endpoint.ts";

/**
 * Lookups under way. Overlays share trackers, so the same name is asked for by many at once, and a resolver that does
 * not answer holds each lookup, of which the system does two at a time, for some 10 s. BOUNDED: by the names that the
 * user gave, and by the changes of network within that time.
 */
const underWay = new Map<string, Promise<string[]>>();

/** The IPs of a name, one lookup for all who ask meanwhile in the same era. Rejects with the resolver's error. */
export function sharedLookUp(host: string, era: number): Promise<string[]> {
  const key = `${era} ${host}`;
  const begun = underWay.get(key);
  if (begun !== undefined) return begun;
  const lookup = lookUp(host).finally(() => underWay.delete(key));
  underWay.set(key, lookup);
  return lookup;
}
