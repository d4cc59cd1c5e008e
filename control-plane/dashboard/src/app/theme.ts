import { useSyncExternalStore } from 'react';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'streamgauge.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** The chosen theme. */
export function chosenTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

/** What is to be seen now. */
export function shownTheme(): 'light' | 'dark' {
  const theme = chosenTheme();
  return theme === 'auto' ? (system.matches ? 'dark' : 'light') : theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'auto') {
    localStorage.removeItem(KEY);
  } else {
    localStorage.setItem(KEY, theme);
  }
  applyTheme();
}

/** Puts the theme on the page; called once at the start, and with each change. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = shownTheme();
  listeners.forEach((listener) => listener());
}

/** The theme that is shown, for what draws by itself. */
export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, shownTheme);
}

system.addEventListener('change', applyTheme);
