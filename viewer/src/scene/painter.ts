/** Writes what stands in the world into the buffers: pedestals, ports, sheets, edges, words. */
import { Vector3 } from 'three';
import { itemAnswer } from '../state/itemanswers';
import type { Picture } from '../state/pictures';
import { scaleWith } from '../state/scales';
import * as s from '../state/store';
import { drawAnswer } from './answer';
import type { Standing } from './blocks';
import { CARD_GAP, cardFrame } from './cards';
import { blockColour } from './colours';
import { TensorDrawing, wholeOf } from './drawing';
import { Furniture } from './furniture';
import { blockWants, cardWants, inks, openWants, stampWants, type Tensor } from './inscriptions';
import type { Want } from './labels';
import { sceneLook } from './looks';
import { Marks } from './marks';
import { PALETTES, type Palette, type Rgb } from './palette';
import type { Parts } from './parts';
import type { Frame } from './sheets';
import { type Eyepiece, mapLocal, partFrame, sightOf, uncovered, within } from './sight';
import { fanFrame, planeFrame, type Stood, sheetFrame } from './solid';
import { PATTERN } from './solids';
import { scaleIn } from './walk';
import type { World } from './world';

/** From so many pixels of depth on, the planes behind a sheet are drawn. */
const PLANE_PIXELS = 3;
const MOST_PLANES = 9;
const DIM = 0.62;
/** What is not lit while something is. */
const UNLIT = 0.3;
/** Smaller sheets are one plain colour, in pixels. */
const LEAST_SHEET = 5;

/** One tensor in the scene, as it was drawn: for picking, and for whoever tests the page. */
export interface DrawnSheet {
  readonly stood: Stood;
  readonly standing: Standing;
  readonly picture: Picture | null;
  readonly frames: readonly { readonly frame: Frame; readonly map: number | null }[];
}

/** What is being drawn on a block. */
interface Work {
  readonly stood: Stood;
  readonly standing: Standing;
  readonly drawing: TensorDrawing;
  readonly eye: Eyepiece;
  /** CSS pixels to a world unit. */
  readonly scale: number;
  readonly colour: Rgb;
}

/** The picture of a value as it stands now, and how strongly it is drawn. */
export type Shown = (value: number) => { picture: Picture | null; strength: number };

export class Painter {
  drawn: DrawnSheet[] = [];
  private palette: Palette = PALETTES.dark;

  constructor(private readonly parts: Parts) {}

  /** Everything; returns the words that belong to it. */
  paint(world: World, eye: Eyepiece, shown: Shown): Want[] {
    const { sheets, plates, solids, lines, atlas, cards } = this.parts;
    for (;;) {
      const generation = atlas.generation;
      this.palette = PALETTES[s.theme.value];
      this.recenter(eye);
      sheets.clear();
      plates.clear();
      solids.clear();
      lines.clear();
      cards.clear();
      this.drawn = [];
      sheets.setColours(this.palette.ground, this.palette.ink);
      const wants = this.everything(world, eye, shown);
      this.marks(eye.ratio);
      // The atlas was full and dropped what was drawn first: once more, it has room now.
      if (generation === atlas.generation) {
        sheets.flush();
        plates.flush();
        solids.flush();
        lines.flush();
        cards.flush();
        return wants;
      }
    }
  }

  /** What is written lies near the eye: exact however far that is from the middle of the network. */
  private recenter(eye: Eyepiece): void {
    const { sheets, plates, solids, lines } = this.parts;
    const at = new Vector3().setFromMatrixPosition(eye.camera.matrixWorld).setZ(0);
    for (const part of [sheets, plates, solids, lines]) part.origin.copy(at);
  }

  private marks(ratio: number): void {
    const grounds = this.drawn.flatMap(({ standing: { value }, picture, frames }) =>
      picture ? frames.map(({ frame, map }) => ({ value, picture, frame, map })) : [],
    );
    new Marks(this.parts.lines, grounds, this.palette.lit, ratio).draw();
  }

  private everything(world: World, eye: Eyepiece, shown: Shown): Want[] {
    const wants: Want[] = [];
    const statsOf = (v: number) => shown(v).picture?.stats ?? null;
    const scaleAt = scaleIn(eye);
    const scaleOf = ({ place }: Stood) => scaleAt(place.x, place.y);
    new Furniture(this.parts, this.palette, eye.ratio).draw(world, scaleOf);
    for (const open of world.opens) {
      const graph = s.opened.value?.graph;
      const group = graph?.group(open.plot.group);
      const ink = inks(this.palette, open.scale, s.lecture.value);
      if (graph && group) wants.push(...openWants(open, ink, group, graph));
    }
    const selected = s.selected.value?.value ?? null;
    for (const stood of world.stood) {
      const scale = scaleOf(stood);
      const faint = world.dimmed(stood.block.key) ? UNLIT : 1;
      const tensors = stood.block.standing.map((standing): Tensor => {
        const { picture, strength } = shown(standing.value);
        const dim = selected !== null && selected !== standing.value ? DIM : 1;
        const range = picture && scaleWith(picture.stats, statsOf);
        return { standing, picture, range, strength: strength * dim * faint };
      });
      for (const tensor of tensors) this.standing(stood, tensor, eye, scale);
      wants.push(...this.words(stood, tensors, scale), ...this.cards(stood, scale, faint));
    }
    return wants;
  }

  private words(stood: Stood, tensors: readonly Tensor[], scale: number): Want[] {
    const ink = inks(this.palette, scale, s.lecture.value);
    const wants = blockWants(stood, scale, ink, tensors);
    const answer = itemAnswer.value;
    if (stood.block.what === 'answer' && answer && !stood.block.cards) {
      const { solids } = this.parts;
      const mode = s.answerMode.value;
      const settings = s.settings.value;
      wants.push(
        ...drawAnswer({ solids, stood, answer, mode, settings, palette: this.palette, ink, scale }),
      );
    }
    wants.push(...stampWants(stood, ink, s.trace.value));
    return wants;
  }

  /** The pictures on a block, each in a frame with its caption, and the way from one to the next. */
  private cards(stood: Stood, scale: number, faint: number): Want[] {
    const { cards, lines } = this.parts;
    const colour = blockColour(stood.block);
    const ink = inks(this.palette, scale, s.lecture.value);
    const list = stood.block.cards ?? [];
    list.forEach((card, i) => {
      const frame = cardFrame(stood, card);
      if (!cards.add(stood, card, faint)) {
        this.parts.solids.panel(frame.corner, frame.across, frame.up, this.palette.track);
      }
      this.outline(frame, colour, 0.8, scale);
      const next = list[i + 1];
      if (!next) return;
      const { corner, across } = frame;
      const y = corner.y + Math.min(card.height, next.height) / 2;
      const from = corner.x + across.x;
      const way = [from, from + CARD_GAP].map((x) => [x, y, 0.002] as const);
      lines.path(way, this.palette.edge, 0.85 * faint, Math.max(1, 1.5));
    });
    return cardWants(stood, scale, ink);
  }

  private standing(stood: Stood, tensor: Tensor, eye: Eyepiece, scale: number): void {
    const { standing, picture, range } = tensor;
    const front = sheetFrame(stood, standing);
    const colour = blockColour(stood.block);
    const tiny = Math.max(standing.size.width, standing.size.height) * scale < LEAST_SHEET;
    if (!picture || !range || tiny) {
      const frames = [{ frame: front, map: null }];
      this.drawn.push({ stood, standing, picture: null, frames });
      this.parts.solids.panel(front.corner, front.across, front.up, this.palette.track);
      this.outline(front, colour, 0.5, scale);
      return;
    }
    const look = sceneLook(range, standing.value, tensor.strength);
    const drawing = new TensorDrawing({ ...this.parts, ratio: eye.ratio }, picture, look);
    const work = { stood, standing, drawing, eye, scale, colour };
    const frames = standing.fan ? this.fan(work) : this.stack(front, work);
    this.drawn.push({ stood, standing, picture, frames });
  }

  /** The sheet of all maps, and planes behind it. */
  private stack(front: Frame, work: Work): DrawnSheet['frames'] {
    const { standing, drawing, scale, colour } = work;
    const e = standing.extent;
    const whole = wholeOf(e);
    const deep = standing.depth * scale * 0.3;
    const planes =
      deep < PLANE_PIXELS ? 0 : Math.min(MOST_PLANES, e.maps - 1, Math.floor(deep / 2.4));
    const sight = sightOf(front, whole, e, work.eye);
    drawing.draw(front, whole, sight);
    this.outline(front, colour, 1, scale);
    // Each plane behind is a map of its own; of many, evenly chosen ones. What the plane before
    // it hides is not drawn: in software every hidden pixel costs as much as a visible one.
    let before = front;
    for (let i = 1; i <= planes; i++) {
      const frame = planeFrame(front, standing, i / planes);
      const map = Math.min(e.maps - 1, Math.round((i * (e.maps - 1)) / planes));
      for (const part of uncovered(frame, before, work.eye.camera)) {
        const local = within(mapLocal(e, map), part);
        drawing.draw(partFrame(frame, part), local, { density: sight.density, window: null });
      }
      this.outline(frame, colour, 0.4, scale);
      before = frame;
    }
    return [{ frame: front, map: null }];
  }

  /** Every map on a plane of its own. */
  private fan({ stood, standing, drawing, eye, scale, colour }: Work): DrawnSheet['frames'] {
    const frames: { frame: Frame; map: number }[] = [];
    for (let map = 0; map < standing.fan; map++) {
      const frame = fanFrame(stood, standing, map);
      const local = mapLocal(standing.extent, map);
      drawing.draw(frame, local, sightOf(frame, local, standing.extent, eye));
      this.outline(frame, colour, 0.5, scale);
      frames.push({ frame, map });
    }
    return frames;
  }

  /** A frame around a sheet, drawn over its edge: a quad's own edge is not smoothed. */
  private outline(frame: Frame, colour: Rgb, alpha: number, scale: number): void {
    const { corner, across, up } = this.ahead(frame, 3);
    const over = 1.6 / scale;
    const wide = over / across.length();
    const tall = over / up.length();
    const from = corner.clone().addScaledVector(across, -wide).addScaledVector(up, -tall);
    const [a, u] = [1 + wide * 2, 1 + tall * 2];
    this.parts.solids.panel(
      from,
      across.clone().multiplyScalar(a),
      up.clone().multiplyScalar(u),
      colour,
      alpha,
      PATTERN.outline,
    );
  }

  /** A frame a little nearer to the eye than what it lies on. */
  private ahead(frame: Frame, steps = 1): Frame {
    const normal = frame.across.clone().cross(frame.up).normalize();
    return { ...frame, corner: frame.corner.clone().addScaledVector(normal, 0.0015 * steps) };
  }
}
