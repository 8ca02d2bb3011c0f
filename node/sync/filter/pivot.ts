import type { Random } from "../../../wire/crypto.ts";
import type { Subset } from "../../../wire/message.ts";
import type { HeldIndex } from "../../store/store.ts";
import { countIn, divide, everything } from "../subset.ts";

/** A window that lacks no more than this of a full filter is not worth filling from its other side. */
const TOP_UP_ENTRIES = 25;

/**
 * A window of at most `capacity` held bundles at a random place, recent ones preferred: the original's strategy
 * "largest". `clock` is our global time, `acceptable` the highest that we would admit now; windows are
 * clamped to it. An end is widened as far as that leaves out nothing held, so that gaps are asked about too.
 *
 * Without the original's defects:
 * - a window of nothing;
 * - an upward side that a large group cut short, and that then counted as all there is;
 * - the wider side always kept, and the upper one of equals, so that hardly a window reached the oldest bundles: here
 *   a side is kept in proportion to the time it spans;
 * - a global time with more bundles than a filter holds, which never synced: such a group is offered in parts, by id,
 *   instead of the window next to it, as often as its size deserves.
 */
export function choosePivot(
  index: HeldIndex,
  clock: number,
  capacity: number,
  acceptable: number,
  random: Random,
): Subset {
  const all = everything(acceptable);
  if (index.size <= capacity) return all;
  const pivot = drawPivot(clock, random);
  const { low, high, count } = windowAt(index, pivot, capacity, acceptable, random);
  for (const edge of [low - 1, high + 1]) {
    if (edge > acceptable) continue;
    const group = { ...all, low: edge, high: edge };
    const size = countIn(index, group);
    if (size > capacity && random.float() * (count + size) < size) {
      return divide(group, size, capacity, random);
    }
  }
  return { ...all, low: Math.min(low, acceptable), high: Math.min(high, acceptable) };
}

/**
 * The clock less an exponential draw whose mean is half the clock; where that falls below 1 (e^-2 of all draws),
 * uniform. So recent bundles are drawn more often, and old ones never stop being drawn.
 */
export function drawPivot(clock: number, random: Random): number {
  // 1 - float() is never 0.
  const back = Math.trunc(-Math.log(1 - random.float()) * (clock / 2));
  return back < clock ? clock - back : 1 + Math.trunc(random.float() * clock);
}

/** A range of global times, and how many held bundles it has. */
interface Window {
  low: number;
  high: number;
  count: number;
}

/** Upward from the pivot; if there is more above than fits, perhaps downward, the likelier the more time that spans. */
function windowAt(
  index: HeldIndex,
  pivot: number,
  capacity: number,
  acceptable: number,
  random: Random,
): Window {
  const above = take(index, "ascend", pivot, capacity);
  const upward = window(
    above,
    topUp(index, "descend", pivot - 1, capacity - above.count),
    acceptable,
  );
  if (above.cutAt === undefined && above.count < capacity) return upward;
  const below = take(index, "descend", pivot, capacity);
  const downward = window(
    topUp(index, "ascend", pivot + 1, capacity - below.count),
    below,
    acceptable,
  );
  const [up, down] = [upward.high - upward.low, downward.high - downward.low];
  return random.float() * (up + down) < down ? downward : upward;
}

function window(above: Side, below: Side, acceptable: number): Window {
  return {
    low: below.cutAt === undefined ? 1 : below.cutAt + 1,
    high: above.cutAt === undefined ? acceptable : above.cutAt - 1,
    count: above.count + below.count,
  };
}

/** Held bundles taken on one side of a pivot. */
interface Side {
  count: number;
  /** The first global time left out; undefined when nothing was. */
  cutAt: number | undefined;
}

function topUp(index: HeldIndex, way: "ascend" | "descend", from: number, missing: number): Side {
  return missing > TOP_UP_ENTRIES ? take(index, way, from, missing) : { count: 0, cutAt: from };
}

/** Takes at most `limit` held bundles, and of each global time all or none. */
function take(index: HeldIndex, way: "ascend" | "descend", from: number, limit: number): Side {
  if (way === "ascend") {
    const first = index.rank(from);
    const beyond = first + limit;
    if (beyond >= index.size) return { count: index.size - first, cutAt: undefined };
    const cutAt = index.timeAt(beyond);
    return { count: index.rank(cutAt) - first, cutAt };
  }
  const end = index.rank(from + 1);
  if (end <= limit) return { count: end, cutAt: undefined };
  const cutAt = index.timeAt(end - limit - 1);
  return { count: end - index.rank(cutAt + 1), cutAt };
}
