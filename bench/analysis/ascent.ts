import { falsePositive, type FilterModel } from "./filter.ts";

/**
 * What one filter of everything leaves behind. Answers ascend, and what they bring joins the filter, which so lets ever
 * more false positives through: what is older is looked up in an emptier filter. One that gets full, or was sent again
 * as often as it may, leaves all that is newer than where it came to.
 *
 * @param held bundles in the filter at first
 * @param missing bundles expected per part of all times, oldest first
 * @param most bundles that the filter brings, at most
 * @returns what is left of each part
 */
export function leftByFilter(
  filter: FilterModel,
  held: number,
  missing: Float64Array,
  most: number,
): Float64Array {
  let found = 0;
  return missing.map((expected) => {
    const seen = expected * (1 - falsePositive(filter, held + found));
    const taken = Math.min(seen, most - found);
    found += taken;
    // Where it ends within a part, what was overlooked before stays as well.
    return expected - taken;
  });
}

export function sum(values: Float64Array): number {
  return values.reduce((all, one) => all + one, 0);
}
