import type { EngineEvent } from "../../core/effects.ts";
import type { Log } from "../log.ts";

/** Why bundles come that carry our own signature, and that we do not know. */
export const OWN_KEY_USED = "an older copy of its home was restored, or the key is in use twice";

/** What happened in the engine that whoever runs the node should read of. */
export function logEvent(log: Log, event: EngineEvent): void {
  if (event.event === "own-key-used") {
    const { overlay, found, again } = event;
    log.warn(`bundles by this node's own key came that it did not make: ${OWN_KEY_USED}`, {
      overlay,
      bundles: found,
      publishedAgain: again,
    });
  } else if (event.event === "written-again") {
    const { overlay, bundles } = event;
    log.warn("bundles of this node had times that nobody takes, and were published again", {
      overlay,
      bundles,
    });
  }
}
