/** `window.cutaway`: what stands where, for tests and for scripts that take pictures. */
import type { Vector3 } from 'three';
import * as folding from '../state/folding';
import { picture } from '../state/pictures';
import { scaleFor, scaleWith } from '../state/scales';
import * as s from '../state/store';
import { viewedSourceOf } from '../state/viewing';
import { GLYPH, GLYPHS } from './digits';
import type { Director } from './director';
import { portPlace } from './solid';

type Corner = readonly [number, number];

export interface Hooks {
  /** Resolves when everything in view has been drawn and stands still. */
  idle(): Promise<void>;
  /** Every sheet in the scene: its corners on screen, clockwise from the upper left. */
  sheets(): {
    value: number;
    name: string;
    map: number | null;
    /** The key that its numbers lie under; null while they are on their way. */
    source: string | null;
    range: unknown;
    corners: Corner[];
  }[];
  /** Every card in the scene: its caption, its address, its corners as those of a sheet. */
  cards(): { words: string; url: string; corners: Corner[] }[];
  labels(): unknown;
  /** Draws once more, from scratch, and waits until it is finished: milliseconds. */
  frame(): number;
  ports(): {
    value: number;
    node: number | null;
    group: number | null;
    side: string;
    role: string;
    x: number;
    y: number;
  }[];
  /** The rectangles of the open tensor in its panel, by the part of the sheet in map pitches. */
  inset(): unknown;
  /** Range and colour table of the open tensor. */
  range(): unknown;
  camera(): unknown;
  /** The picture of every glyph that numbers in cells are written with, coverage from 0 to 255. */
  glyphs(): unknown;
  state: typeof s;
  /** Builds the network so far out along x, as if others stood before it. */
  begin(x: number): void;
  /** Opens and folds groups, as the user would. */
  folding: typeof folding;
  /** How much is drawn now. */
  drawn(): Readonly<Record<'blocks' | 'specks' | 'groups' | 'edges' | 'sheets', number>>;
}

declare global {
  interface Window {
    cutaway: Hooks;
  }
}

/** Clockwise from the upper left, in shares of a frame's edges. */
const CORNERS = [
  [0, 1],
  [1, 1],
  [1, 0],
  [0, 0],
] as const;

export function expose(director: Director): void {
  const { stage, world, painter } = director;
  const toScreen = (at: Vector3): Corner => {
    const p = at.clone().project(stage.eye.camera);
    return [((p.x + 1) / 2) * stage.width, ((1 - p.y) / 2) * stage.height];
  };
  const name = (value: number) => s.opened.peek()?.graph.value(value)?.name ?? '';
  window.cutaway = {
    state: s,
    begin: (x) => {
      world.begin = x;
      s.unfolded.value = new Set(s.unfolded.value);
    },
    folding,
    drawn: () => ({
      blocks: world.stood.length,
      specks: world.specks.length,
      groups: world.opens.length,
      edges: world.routes.reduce((sum, { routes }) => sum + routes.length, 0),
      sheets: painter.drawn.length,
    }),
    async idle() {
      // Two quiet frames in a row: a drawing may ask for what it then lacks.
      for (let quiet = 0; quiet < 2; ) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        quiet = director.idle && s.opened.peek() && !s.running.peek() ? quiet + 1 : 0;
      }
      stage.finish();
    },
    sheets: () =>
      painter.drawn.flatMap(({ standing, picture: shown, frames }) =>
        frames.map(({ frame, map }) => ({
          value: standing.value,
          name: name(standing.value),
          map,
          source: shown?.source ?? null,
          range: rangeOf(director, standing.value, shown !== null),
          corners: CORNERS.map(([a, u]) =>
            toScreen(
              frame.corner.clone().addScaledVector(frame.across, a).addScaledVector(frame.up, u),
            ),
          ),
        })),
      ),
    cards: () =>
      stage.parts.cards.drawn.map(({ card: { words, url }, frame }) => ({
        words,
        url,
        corners: CORNERS.map(([a, u]) =>
          toScreen(
            frame.corner.clone().addScaledVector(frame.across, a).addScaledVector(frame.up, u),
          ),
        ),
      })),
    labels: () => stage.labels.placed,
    frame: () => {
      stage.finish();
      const start = performance.now();
      director.redraw();
      stage.finish();
      return performance.now() - start;
    },
    ports: () =>
      world.stood.flatMap((stood) =>
        (['left', 'right'] as const).flatMap((side) =>
          stood.block[side].map((port, i) => {
            const [x, y] = toScreen(portPlace(stood, side, i));
            return {
              value: port.value,
              node: stood.block.node?.id ?? null,
              group: stood.block.group?.id ?? null,
              side,
              role: port.role,
              x,
              y,
            };
          }),
        ),
      ),
    inset: () => {
      const open = s.selected.peek();
      const shown = open && picture(viewedSourceOf(open.value));
      return stage.insetRect && shown
        ? { rect: stage.insetRect, drawn: stage.inset.rects(stage.insetRect) }
        : null;
    },
    range: () => scaleFor(s.selected.peek()?.value ?? -1),
    camera: () => ({
      eye: stage.eye.camera.position.toArray(),
      target: stage.eye.target.toArray(),
    }),
    glyphs: () => {
      const { data, width, height } = stage.parts.glyphs.image;
      const coverage = [...(data as Uint8Array)];
      return { characters: GLYPHS, ...GLYPH, size: [width, height], coverage };
    },
  };
}

function rangeOf(director: Director, value: number, here: boolean): unknown {
  const shown = here && director.shownPicture(value).picture;
  if (!shown) return null;
  return scaleWith(shown.stats, (v) => director.shownPicture(v).picture?.stats ?? null);
}
