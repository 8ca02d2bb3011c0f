import { label, PALE_INK, textWidth } from "./svg.ts";

/** A gap between names that stand side by side. */
const GAP = 6;
const SIZE = 12;
const LEAST_SIZE = 7;
/** Upright when they fit, else on their side, which any number of them does. */
const DISTANCE = 20;

export interface CategoryNames {
  body: string;
  /** Pixels below the axis that they take. */
  height: number;
}

/** The names of columns or groups, each below the middle of its `room`; the first begins at `left`. */
export function categoryNames(
  names: readonly string[],
  { left, bottom, room }: { left: number; bottom: number; room: number },
): CategoryNames {
  const widest = Math.max(0, ...names.map((name) => textWidth(name)));
  const isLying = widest + GAP > room;
  const size = Math.min(SIZE, Math.max(LEAST_SIZE, room - 1));
  const labels = names.map((name, i) => {
    const x = left + (i + 0.5) * room;
    if (!isLying)
      return label(x, bottom + DISTANCE, name, { "text-anchor": "middle", fill: PALE_INK });
    const [foot, top] = [x + size / 3, bottom + DISTANCE / 2];
    const place = { "text-anchor": "end", transform: `rotate(-90 ${short(foot)} ${short(top)})` };
    return label(foot, top, name, { ...place, fill: PALE_INK, "font-size": size });
  });
  return { body: labels.join("\n"), height: isLying ? DISTANCE / 2 + widest : DISTANCE };
}

/** Two digits after the point are a hundredth of a pixel. */
function short(value: number): number {
  return Math.round(value * 100) / 100;
}
