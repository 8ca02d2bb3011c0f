import { overlayId } from "../../../wire/identity.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import type { HomeOverlay } from "../home/home.ts";
import { OWN_KEY_USED } from "../status/event-log.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether the keys fit their overlays, and nobody else writes with them. */
export async function keys({ facts, served }: Surroundings): Promise<Finding> {
  const wrong = facts.overlays.find((overlay) => !fits(overlay));
  if (wrong !== undefined) {
    return problem(
      "keys-wrong",
      `the keys of overlay ${wrong.overlay.slice(0, 12)} are not its own`,
      "Restore its folder from a backup, or move it away and join again.",
    );
  }
  const node = await served;
  const overlays = node.kind === "running" ? node.status.overlays : [];
  const used = overlays.find(({ ownKeyUsed }) => ownKeyUsed > 0);
  if (used !== undefined) {
    return problem(
      "keys-used-twice",
      `${used.ownKeyUsed} bundles by this node's key came that it did not make: ${OWN_KEY_USED}`,
      "One key is for one machine: let the copy join with a home of its own (dispersy run TICKET).",
    );
  }
  if (facts.failure !== undefined) {
    return warning("keys-not-read", "not read", "See: permissions.");
  }
  const count = facts.overlays.length;
  const some = `${count} overlay${count === 1 ? " has its keys" : "s have their keys"}`;
  return node.kind === "running"
    ? ok("keys-fit", `${some}, and nobody else was seen to write with them`)
    : ok("keys-fit-offline", `${some}; whether somebody else uses them shows while the node runs`);
}

function fits({ overlay, key, overlaySecret }: HomeOverlay): boolean {
  const isNamed = toHex(overlayId(nativeCrypto, key)) === overlay;
  const isFounder = overlaySecret !== undefined;
  return isNamed && (!isFounder || equalBytes(nativeCrypto.publicKey(overlaySecret), key));
}
