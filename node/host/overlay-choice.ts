import { EXIT, UserError } from "./errors.ts";

/** Ids that a hint shows. More would push what happened off the screen. */
const MAX_LISTED = 4;

/** The only one whose id begins with `prefix`, which may be left out when there is only one. Throws a UserError. */
export function chooseOverlay<T extends { overlay: string }>(all: readonly T[], prefix = ""): T {
  const fitting = all.filter(({ overlay }) => overlay.startsWith(prefix.toLowerCase()));
  if (fitting.length === 1) return fitting[0]!;
  if (all.length === 0) {
    throw new UserError(
      "this node takes part in no overlay",
      "Make one with `dispersy init`, or join one: dispersy run TICKET",
    );
  }
  if (fitting.length === 0) {
    throw new UserError("there is no such overlay here", `There is: ${some(all)}`, EXIT.usage);
  }
  throw new UserError(
    prefix === "" ? `this home has ${all.length} overlays` : `${fitting.length} overlays fit`,
    `Name one with --overlay and the beginning of its id: ${some(fitting)}`,
    EXIT.usage,
  );
}

function some(overlays: readonly { overlay: string }[]): string {
  const shown = overlays.slice(0, MAX_LISTED).map(({ overlay }) => overlay);
  const more = overlays.length - shown.length;
  return shown.join(", ") + (more === 0 ? "" : `, and ${more} more`);
}
