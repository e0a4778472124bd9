/** Theme, lecture mode and full screen: how the whole page looks. */
import { batch, effect } from '@preact/signals';
import { select } from '../state/actions';
import { lecture, theme } from '../state/store';

const KEPT_AS = 'cutaway:theme';

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null; // A browser may forbid a page to keep anything.
  }
}

function keep(name: string): void {
  try {
    localStorage.setItem(KEPT_AS, name);
  } catch {
    // Then it holds for this page only.
  }
}

/** What was chosen before, else what the system asks for; dark where neither says. */
function preferred(): 'dark' | 'light' {
  const before = kept();
  if (before === 'dark' || before === 'light') return before;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

/** Writes theme and lecture mode onto the document, now and whenever they change. */
export function followAppearance(): void {
  theme.value = preferred();
  const root = document.documentElement;
  effect(() => {
    root.dataset.theme = theme.value;
    root.dataset.lecture = String(lecture.value);
  });
}

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  keep(theme.value);
}

/** Panels away and larger text, or back. */
export function toggleLecture(): void {
  batch(() => {
    if (!lecture.value) select(null);
    lecture.value = !lecture.value;
  });
}

export function toggleFullScreen(): void {
  const root = document.documentElement;
  // A browser refuses without a click or a key of the user; there is nothing to say then.
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  else void root.requestFullscreen?.().catch(() => undefined);
}
