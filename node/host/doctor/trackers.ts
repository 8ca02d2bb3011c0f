import type { AskedPlace, PlaceOutcome } from "./asked-places.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { heardLately } from "./served.ts";
import type { Surroundings } from "./surroundings.ts";

const SAID: Record<Exclude<PlaceOutcome, "answered">, string> = {
  newer: "speaks only a newer protocol",
  refused: "is reached, but nobody listens there",
  unreachable: "cannot be reached from here",
  blocked: "may not be sent to by this machine",
  silent: "is silent",
  "no-address": "has no address (DNS)",
};
const NEXT = "See that they run and that their UDP ports are open, or name others with --tracker.";

/** Whether those answer whom the user named: trackers, and the places of tickets. */
export async function trackers({ asked, dialled, served }: Surroundings): Promise<Finding> {
  const [places, byWebSocket, node] = await Promise.all([asked, dialled, served]);
  const silent = [
    ...groupByPlace(places)
      .filter((group) => !group.some(answers))
      .map(([place]) => `${place!.place} ${SAID[place!.outcome as keyof typeof SAID]}`),
    ...byWebSocket.flatMap(({ url, problem: why }) => (why === undefined ? [] : `${url}: ${why}`)),
  ];
  const all = groupByPlace(places).length + byWebSocket.length;
  if (all === 0) {
    return warning(
      "trackers-none",
      "no tracker is named, and no ticket names a place",
      "Name one with --tracker, unless all nodes are in one local network.",
    );
  }
  if (silent.length === 0) return ok("trackers-answer", `${all} of ${all} answered`);
  const [said] = silent;
  if (silent.length < all) {
    return warning("trackers-some", `${all - silent.length} of ${all} answered; ${said}`, NEXT);
  }
  const others = all === 1 ? "" : `; none of ${all} answered`;
  return heardLately(node).length > 0
    ? warning("trackers-gone", `${said}${others}; the node hears others all the same`, NEXT)
    : problem("trackers-silent", `${said}${others}`, NEXT);
}

function answers({ outcome }: AskedPlace): boolean {
  return outcome === "answered";
}

/** A name may have several addresses: one that answers is enough. */
function groupByPlace(places: readonly AskedPlace[]): AskedPlace[][] {
  const names = [...new Set(places.map(({ place }) => place))];
  return names.map((name) => places.filter(({ place }) => place === name));
}
