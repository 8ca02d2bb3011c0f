/*
 * What a reader of a chart sees wrong: words over words, words outside of the picture, a picture with little in it.
 */
import { textWidth } from "../../../bench/report/svg.ts";

interface Box {
  words: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Of a line of text, from its foot upwards; letters that hang below it are let off. */
const RISE = 0.72;
/** Pixels that two texts may share: the width of a text is a guess. */
const TOLERANCE = 1;
/** Bold letters of the widest font in the list beside its plain ones, measured on titles. */
const BOLD = 1.15;
/** Part of the picture's width that has to have something in it. */
const LEAST_FILLED = 0.75;

/** What is wrong with a chart, in sentences; nothing when it can be read. */
export function flawsOf(svg: string): string[] {
  const [, width = "", height = ""] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const boxes = [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, words]) =>
    boxOf(attributes!, words!),
  );
  const over = boxes.flatMap((box, i) =>
    boxes
      .slice(i + 1)
      .filter((other) => touch(box, other))
      .map((other) => `"${box.words}" over "${other.words}"`),
  );
  const outside = boxes
    .filter(
      ({ left, right, top, bottom }) =>
        left < 0 || top < 0 || right > Number(width) || bottom > Number(height),
    )
    .map(({ words }) => `"${words}" is cut off`);
  const shapes = [...svg.matchAll(/<rect x="([\d.]+)"[^>]* width="([\d.]+)"/g)];
  const ends = shapes.map(([, x, wide]) => Number(x) + Number(wide));
  const filled = Math.max(...boxes.map(({ right }) => right), ...ends) / Number(width);
  const blank = filled < LEAST_FILLED ? [`only ${Math.round(filled * 100)} % of the width`] : [];
  return [...over, ...outside, ...blank];
}

function boxOf(attributes: string, words: string): Box {
  const of = (name: string): string | undefined =>
    new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
  const [x, y, size] = ["x", "y", "font-size"].map((name) => Number(of(` ${name}`) ?? of(name)));
  const plain = words.replaceAll(/&\w+;/g, "&");
  const length = textWidth(plain, size) * (of("font-weight") === undefined ? 1 : BOLD);
  const shift = { middle: length / 2, end: length }[of("text-anchor") ?? ""] ?? 0;
  const rise = size! * RISE;
  const level = { words: plain, left: -shift, right: length - shift, top: -rise, bottom: 0 };
  const isLying = of("transform")?.startsWith("rotate(-90") === true;
  // Turned to the left about its foot: what was right is up.
  const turned = isLying
    ? { words: plain, left: level.top, right: 0, top: -level.right, bottom: -level.left }
    : level;
  return {
    words: plain,
    left: x! + turned.left,
    right: x! + turned.right,
    top: y! + turned.top,
    bottom: y! + turned.bottom,
  };
}

function touch(a: Box, b: Box): boolean {
  const apart =
    a.right <= b.left + TOLERANCE ||
    b.right <= a.left + TOLERANCE ||
    a.bottom <= b.top + TOLERANCE ||
    b.bottom <= a.top + TOLERANCE;
  return !apart;
}
