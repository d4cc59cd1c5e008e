import type uPlot from 'uplot';
import type { Severity } from '../../client';

/** A time in milliseconds and the values that were expected then. */
export interface BandPoint {
  readonly start: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Something besides the lines: while an alert fired, or the level of one; what was expected; what was unusual, at its value or,
 * without one, at the lower edge.
 */
export type Mark =
  | { readonly kind: 'band'; readonly points: readonly BandPoint[]; readonly windowMillis: number }
  | { readonly kind: 'anomaly'; readonly at: number; readonly value?: number }
  | { readonly kind: 'span'; readonly from: number; readonly to: number; readonly severity: Severity; readonly label: string }
  | { readonly kind: 'level'; readonly value: number; readonly severity: Severity; readonly label: string };

/** Draws marks over the lines; labels only where they do not run into each other. */
export function drawMarks(chart: uPlot, marks: readonly Mark[], css: (name: string) => string): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * ratio}px ${css('--font')}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  let free = bbox.left;
  for (const mark of marks) {
    if (mark.kind === 'band') {
      band(chart, mark.points, mark.windowMillis, css('--expected'));
      continue;
    }
    if (mark.kind === 'anomaly') {
      anomaly(chart, mark.at, mark.value, css('--unusual'));
      continue;
    }
    const color = css(`--${mark.severity}`);
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.lineWidth = ratio;
    if (mark.kind === 'level') {
      level(chart, mark.value, mark.label);
    } else {
      const left = chart.valToPos(mark.from / 1000, 'x', true);
      // Of what still fires: up to the edge.
      const right = Math.min(chart.valToPos(mark.to / 1000, 'x', true), bbox.left + bbox.width);
      if (right < bbox.left || left > right) {
        continue;
      }
      ctx.globalAlpha = 0.14;
      ctx.fillRect(left, bbox.top, Math.max(2 * ratio, right - left), bbox.height);
      ctx.globalAlpha = 1;
      ctx.fillRect(left, bbox.top, Math.max(2 * ratio, right - left), 3 * ratio);
      const { width } = ctx.measureText(mark.label);
      const begin = Math.min(Math.max(left, bbox.left), bbox.left + bbox.width - width - 8 * ratio) + 4 * ratio;
      if (begin >= free) {
        ctx.fillText(mark.label, begin, bbox.top + 6 * ratio);
        free = begin + width + 12 * ratio;
      }
    }
  }
  ctx.restore();
}

/** Fills between the bounds; where windows are missing, nothing is said. */
function band(chart: uPlot, points: readonly BandPoint[], windowMillis: number, color: string): void {
  const { ctx } = chart;
  ctx.fillStyle = color;
  ctx.globalAlpha = 0.16;
  for (let begin = 0, end = 1; begin < points.length; end++) {
    if (end < points.length && points[end]!.start - points[end - 1]!.start <= windowMillis * 1.5) {
      continue;
    }
    const run = points.slice(begin, end);
    ctx.beginPath();
    run.forEach((it) => ctx.lineTo(chart.valToPos(it.start / 1000, 'x', true), chart.valToPos(it.upper, 'y', true)));
    run.reverse().forEach((it) => ctx.lineTo(chart.valToPos(it.start / 1000, 'x', true), chart.valToPos(it.lower, 'y', true)));
    ctx.closePath();
    ctx.fill();
    begin = end;
  }
  ctx.globalAlpha = 1;
}

/** A ring around the value, or a triangle that points at the time. */
function anomaly(chart: uPlot, at: number, value: number | undefined, color: string): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  const x = chart.valToPos(at / 1000, 'x', true);
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  if (value !== undefined) {
    ctx.arc(x, chart.valToPos(value, 'y', true), 6 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
    return;
  }
  const bottom = bbox.top + bbox.height;
  ctx.moveTo(x, bottom - 8 * ratio);
  ctx.lineTo(x + 5 * ratio, bottom);
  ctx.lineTo(x - 5 * ratio, bottom);
  ctx.fill();
}

function level(chart: uPlot, value: number, label: string): void {
  const { ctx, bbox } = chart;
  const { min, max } = chart.scales['y']!;
  if (min === undefined || max === undefined || min === null || max === null || value < min || value > max) {
    return;
  }
  const y = Math.round(chart.valToPos(value, 'y', true)) + 0.5;
  ctx.setLineDash([6 * devicePixelRatio, 5 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  // On the left: the newest values are on the right.
  ctx.fillText(label, bbox.left + 4 * devicePixelRatio, y - 15 * devicePixelRatio);
}
