import type { Axis } from "../experiment.ts";
import { formatNumber } from "./markdown.ts";

/** Data to pixels along one axis, and where its ticks stand. */
export interface Scale {
  at(value: number): number;
  ticks: { at: number; label: string }[];
}

const TICKS = 8;

/** From data to pixels between `start` and `end`. Ticks are round numbers; a logarithmic axis has powers of ten. */
export function scale(axis: Axis, values: readonly number[], start: number, end: number): Scale {
  return axis.scale === "log"
    ? logarithmic(axis, values, start, end)
    : linear(axis, values, start, end);
}

function linear(axis: Axis, values: readonly number[], start: number, end: number): Scale {
  const least = axis.min ?? Math.min(0, ...values);
  const most = Math.max(axis.max ?? Math.max(...values, 0), least + Number.MIN_VALUE);
  const step = niceStep((most - least) / TICKS || 1);
  // The axis ends at a tick, unless the end was asked for.
  const high = axis.max ?? Math.max(Math.ceil(most / step - 1e-9) * step, least + step);
  const at = (value: number): number => start + ((value - least) / (high - least)) * (end - start);
  // The first tick may stand above the least value, where that is no round number.
  const first = Math.ceil(least / step - 1e-9) * step;
  const count = Math.floor((high - first) / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = first + i * step;
    return { at: at(value), label: tickLabel(value) };
  });
  return { at, ticks };
}

function logarithmic(axis: Axis, values: readonly number[], start: number, end: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(axis.min ?? Math.min(...positive, 1e9)) + 1e-9);
  const high = Math.max(
    low + 1,
    Math.ceil(Math.log10(axis.max ?? Math.max(...positive, 1)) - 1e-9),
  );
  const at = (value: number): number =>
    start + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (end - start);
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => {
    const value = 10 ** (low + i);
    return { at: at(value), label: tickLabel(value) };
  });
  return { at, ticks };
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999)!;
}

/** `1,500`, `20k`, `3M`: short enough for a tick. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${formatNumber(value / 1e9)}G`;
  if (size >= 1e6) return `${formatNumber(value / 1e6)}M`;
  if (size >= 1e4) return `${formatNumber(value / 1e3)}k`;
  return formatNumber(Math.round(value * 1e9) / 1e9);
}

export function axisTitle({ title, unit }: Axis): string {
  return unit === undefined ? title : `${title} (${unit})`;
}
