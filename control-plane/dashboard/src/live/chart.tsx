import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useShownTheme } from '../app/theme';
import { formatValue } from './format';
import { drawMarks } from './marks';
import type { Mark } from './marks';
import type { Columns } from './view';

/** How a line looks; its number picks the colour. */
export interface LineStyle {
  readonly label: string;
  readonly color: number;
  readonly dash?: readonly number[];
}

/** What the chart shows at a moment; asked for anew at each frame. */
export interface ChartFrame {
  readonly columns: Columns;
  readonly from: number;
  readonly to: number;
  readonly marks: readonly Mark[];
}

interface ChartProps {
  readonly lines: readonly LineStyle[];
  readonly measure: string;
  readonly label: string;
  readonly low?: boolean;
  /** Undefined while nothing has changed since the last frame. */
  readonly frame: (force: boolean) => ChartFrame | undefined;
  /** Index of the column below the pointer, and its time in seconds; undefined where there is none. */
  readonly onCursor?: (index: number | undefined) => void;
}

const COLORS = 10;

/** Ten updates a second, and never more than a tenth of the time for drawing. */
const LEAST_MILLIS = 100;

/**
 * A chart over time that draws itself: React makes it anew when lines or theme change, but the data come in frames that pass React
 * by, so that many updates a second cost no more than their drawing. Nothing is drawn while the page is hidden.
 */
export function Chart({ lines, measure, label, low, frame, onCursor }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useShownTheme();
  const latestFrame = useRef(frame);
  latestFrame.current = frame;
  const latestCursor = useRef(onCursor);
  latestCursor.current = onCursor;
  const styles = JSON.stringify(lines);
  useEffect(() => {
    const element = host.current!;
    let shown = latestFrame.current(true)!;
    const chart = new uPlot(
      options(element, lines, measure, () => shown, (index) => latestCursor.current?.(index)),
      shown.columns as uPlot.AlignedData,
      element,
    );
    element.dataset['holes'] = String(holesIn(shown.columns));
    const resize = new ResizeObserver(() => chart.setSize(sizeOf(element)));
    resize.observe(element);
    let due = 0;
    let request = 0;
    const tick = (now: number) => {
      request = requestAnimationFrame(tick);
      if (now < due) {
        return;
      }
      const began = performance.now();
      const next = latestFrame.current(false);
      if (next !== undefined) {
        shown = next;
        chart.setData(next.columns as uPlot.AlignedData, false);
        element.dataset['holes'] = String(holesIn(next.columns));
        chart.setScale('x', { min: next.from / 1000, max: next.to / 1000 });
      }
      due = now + Math.max(LEAST_MILLIS, 10 * (performance.now() - began));
    };
    request = requestAnimationFrame(tick);
    return () => {
      cancelAnimationFrame(request);
      resize.disconnect();
      chart.destroy();
    };
  }, [styles, measure, theme]);
  return <div ref={host} className={low === true ? 'chart low' : 'chart'} role="img" aria-label={label} />;
}

/** The colour of a line, as CSS says it. */
export function colorOf(index: number): string {
  return `var(--series-${(index % COLORS) + 1})`;
}

function options(
  element: HTMLElement,
  lines: readonly LineStyle[],
  measure: string,
  shown: () => ChartFrame,
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const css = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${css('--font')}`;
  const axis = { stroke: css('--muted'), font, grid: { stroke: css('--line'), width: 1 }, ticks: { show: false } };
  return {
    ...sizeOf(element),
    legend: { show: false },
    cursor: { drag: { setScale: false, x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => [shown().from / 1000, shown().to / 1000] },
      y: { range: { min: { pad: 0.1, soft: 0, mode: 2 }, max: { pad: 0.1, soft: 0, mode: 2 } } },
    },
    axes: [
      { ...axis, size: 32, space: 72, values: (_, splits, __, ___, step) => splits.map((it) => clock(it, step)) },
      {
        ...axis,
        size: 76,
        values: (_, splits) => splits.map((it) => (it === 0 ? '0' : formatValue(it, measure))),
      },
    ],
    series: [
      {},
      ...lines.map(
        (line): uPlot.Series => ({
          label: line.label,
          stroke: css(`--series-${(line.color % COLORS) + 1}`),
          width: 1.75,
          ...(line.dash !== undefined && { dash: [...line.dash] }),
          points: { show: (_, __, first, last) => last - first <= 40, size: 5 },
        }),
      ),
    ],
    hooks: {
      draw: [(chart) => drawMarks(chart, shown().marks, css)],
      setCursor: [(chart) => onCursor(chart.cursor.idx ?? undefined)],
    },
  };
}

/** A time on the axis, as exactly as its steps need it. */
function clock(seconds: number, step: number): string {
  const time = new Date(seconds * 1000);
  const two = (it: number): string => String(it).padStart(2, '0');
  const day = `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const minute = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (step >= 86_400) {
    return day;
  }
  return step < 60 ? `${minute}:${two(time.getSeconds())}` : minute === '00:00' ? day : minute;
}

/** Times at which no line has a value; on the page for those who test that nothing is missing. */
function holesIn([times, ...lines]: Columns): number {
  return lines.length === 0 ? 0 : times.filter((_, index) => lines.every((it) => it[index] === null)).length;
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, element.clientWidth), height: Math.max(120, element.clientHeight) };
}
