import { useId, useRef } from 'react';
import type { LineFault } from './draft';

interface YamlEditorProps {
  readonly text: string;
  readonly faults: readonly LineFault[];
  readonly onChange: (text: string) => void;
}

/** A text with numbered lines; those with faults are marked, and listed below. */
export function YamlEditor({ text, faults, onChange }: YamlEditorProps) {
  const id = useId();
  const gutter = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split('\n').length;
  const faulty = new Set(faults.map((it) => it.line));
  const rows = Math.min(36, Math.max(14, lines + 1));
  return (
    <div className="stack">
      <div className="editor">
        <div ref={gutter} className="gutter" aria-hidden="true" style={{ height: `calc(${rows} * 1.5 * var(--text-s) + 1rem)` }}>
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} className={faulty.has(index + 1) ? 'faulty' : ''}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          id={id}
          aria-label="Specification, as YAML"
          aria-invalid={faults.length > 0}
          aria-describedby={`${id}-faults`}
          style={{ height: `calc(${rows} * 1.5 * var(--text-s) + 1rem)` }}
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          onScroll={(event) => {
            if (gutter.current !== null) {
              gutter.current.scrollTop = event.currentTarget.scrollTop;
            }
          }}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <ul id={`${id}-faults`} className="stack" aria-live="polite">
        {faults.map((it, index) => (
          <li key={index} className="fault">
            <button
              type="button"
              className="button quiet small"
              onClick={() => {
                const before = text.split('\n').slice(0, it.line - 1).join('\n').length;
                area.current?.focus();
                area.current?.setSelectionRange(before + (it.line > 1 ? 1 : 0), before + (it.line > 1 ? 1 : 0));
              }}
            >
              line {it.line}
            </button>{' '}
            {it.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
