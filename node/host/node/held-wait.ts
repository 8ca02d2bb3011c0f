import type { Bundle } from "../../../wire/bundle.ts";
import type { Holding } from "../../bundles/receipts/receipts.ts";
import type { EngineEvent } from "../../core/effects.ts";

/** What names a bundle. */
export interface NamedBundle {
  id: Uint8Array;
  header: Pick<Bundle["header"], "globalTime">;
}

interface Ports {
  holding: (bundle: NamedBundle) => Holding | undefined;
  subscribe: (listener: (event: EngineEvent) => void) => () => void;
}

const NOBODY: Holding = { by: [], missing: [] };

/**
 * Resolves with who holds each of the bundles, once that are so many other members of all, or after `timeoutMs`. What
 * counts is what is known at that moment: a member whose newer receipt takes something back does not count.
 */
export function waitHeld(
  { holding, subscribe }: Ports,
  overlay: string,
  bundles: NamedBundle[],
  { others, timeoutMs }: { others: number; timeoutMs: number },
): Promise<Holding[]> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(bundles.map((bundle) => holding(bundle) ?? NOBODY));
    };
    const isHeld = (): boolean =>
      bundles.every((bundle) => (holding(bundle) ?? NOBODY).by.length >= others);
    const unsubscribe = subscribe((event) => {
      if (event.event === "held" && event.overlay === overlay && isHeld()) end();
    });
    const timer = setTimeout(end, timeoutMs);
    if (isHeld()) end();
  });
}
