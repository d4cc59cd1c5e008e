import type uPlot from 'uplot';
import type { Severity } from '../../client';

/** Something besides the lines: while an alert fired, or the level of one. */
export type Mark =
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
