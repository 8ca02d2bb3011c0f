import { dispersy } from "../schema.js";
import { DATA, type Data, type ShownData } from "./data-kind.ts";
import type { BundleKind } from "./kind.ts";

/** Data for whoever is there now: sent on, and kept by nobody. */
export interface Ephemeral extends Omit<Data, "kind"> {
  kind: "ephemeral";
}

export interface ShownEphemeral extends ShownData {
  /** It is kept nowhere. */
  ephemeral?: true;
}

function asData(content: Ephemeral): Data {
  return { ...content, kind: "data" };
}

export const EPHEMERAL: BundleKind<Ephemeral, ShownEphemeral> = {
  signer: "writer",
  isControl: false,
  read(body) {
    const content = DATA.read(body);
    return typeof content === "string" ? content : { ...content, kind: "ephemeral" };
  },
  write: (content) => ({ ...DATA.write(asData(content)), kind: dispersy.Body.Kind.EPHEMERAL }),
  mistake: (content) => DATA.mistake(asData(content)),
  show: (content) => ({ ...DATA.show(asData(content)), ephemeral: true }),
};
