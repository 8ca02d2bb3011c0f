import type { Bundle, Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { exponential } from "./churn.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { happens } from "../../node/testing/link.ts";
import { publishNewerKind } from "./newer-program.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { SeededRandom } from "../../node/testing/random.ts";
import type { World } from "../../node/testing/world.ts";

const MAX_BUNDLES_AT_ONCE = 3;
/**
 * Whole seconds, from one on: what is never compared, since it ends within 120 s; what is compared first and fades
 * before the world ends; what outlasts the end.
 */
const MAX_STAYS_S = [60, 600, 86_400];
/** Of what a node of the next version publishes, what today's does not know. */
const NEWER_SHARE = 0.3;
const TOPICS = 2;
const MAX_KEPT = 4;

/** What the nodes of a world with faults publish, each at its own random moments. */
export class Workload {
  /** Bundles handed to engines; some were refused. */
  published = 0;
  readonly #world: World;
  readonly #plan: FaultPlan;

  readonly #madeNewer: (node: SimNode, bundle: Bundle) => void;

  /** `madeNewer`: hears of bundles of the next version's kind. */
  constructor(world: World, plan: FaultPlan, madeNewer: (node: SimNode, bundle: Bundle) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#madeNewer = madeNewer;
  }

  /** Has a node publish, whenever it runs, until faults end. */
  start(node: SimNode, isNewer: boolean): void {
    const random = this.#world.random(`publishing/${node.name}`);
    const plan = (): void => {
      const at = this.#world.now + exponential(this.#plan.publishing.meanMs, random);
      if (at < this.#plan.faultMs) this.#world.clock.at(at, { fire: publish });
    };
    const publish = (): void => {
      const isPassing = happens(this.#plan.passing, random);
      const drafts = isPassing ? [this.#drawPassing(random)] : this.#draw(random);
      if (isNewer && happens(NEWER_SHARE, random)) {
        this.#publishNewer(node);
      } else if (isPassing && node.running) {
        // Nothing of it is in the count of what may be held.
        node.publish(drafts);
      } else if (node.running) {
        this.published += drafts.length;
        node.publish(drafts);
      }
      plan();
    };
    plan();
  }

  /**
   * As an engine does it: when the node may write. Between two commits, since the engine is not asked, and its own
   * bundles must not get the same time.
   */
  #publishNewer(node: SimNode): void {
    if (!node.running || node.paused || node.isCommitting || node.room === "none") return;
    if (!node.engine.overlays()[0]!.mayWrite) return;
    this.published++;
    this.#madeNewer(node, publishNewerKind(this.#world.crypto, node));
  }

  #drawPassing(random: SeededRandom): Draft {
    const payload = random.bytes(1 + random.below(this.#plan.publishing.maxBytes));
    return { content: { kind: "ephemeral", payload } };
  }

  #draw(random: SeededRandom): Draft[] {
    const { publishing, fleeting, asking } = this.#plan;
    return Array.from({ length: 1 + random.below(MAX_BUNDLES_AT_ONCE) }, (): Draft => {
      const payload = random.bytes(1 + random.below(publishing.maxBytes));
      const stay = happens(fleeting, random) ? this.#shortStay(random) : {};
      // Which number it has among those that ask is its writer's to say.
      const receipt = happens(asking, random) ? { receipt: 1 } : {};
      return { content: { kind: "data", payload }, ...stay, ...receipt };
    });
  }

  /** An expiry before the world ends, or a topic of which only the newest few are kept. */
  #shortStay(random: SeededRandom): Pick<Draft, "expires" | "topic"> {
    const { wall } = this.#world.clock;
    if (happens(0.5, random)) {
      const stay = MAX_STAYS_S[random.below(MAX_STAYS_S.length)]!;
      return { expires: Math.ceil(wall / 1_000) + 1 + random.below(stay) };
    }
    const name = utf8(`topic ${random.below(TOPICS)}`);
    return { topic: { name, keep: 1 + random.below(MAX_KEPT) } };
  }
}
