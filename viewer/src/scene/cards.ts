/**
 * Cards: pictures by their addresses, upright on a block like its sheets. Any block may have some
 * (`Block.cards`); the painter draws them with a frame and a caption, and a click on one acts.
 *
 * To use them elsewhere, give a block `cards` and room for them (`cardsWide`): nothing else.
 */
import {
  GLSL3,
  Group,
  LinearFilter,
  Matrix4,
  Mesh,
  NearestFilter,
  NoColorSpace,
  PlaneGeometry,
  RawShaderMaterial,
  type Texture,
  TextureLoader,
  Vector3,
} from 'three';
import fragment from './shaders/card.frag?raw';
import vertex from './shaders/card.vert?raw';
import type { Frame } from './sheets';
import { PEDESTAL, type Stood } from './solid';

/** A picture on a block. */
export interface Card {
  /** Where its picture is; the same address, the same picture. */
  readonly url: string;
  /** A caption over it, shorter than the card where it is cut. */
  readonly words: string;
  /** In world units. */
  readonly width: number;
  readonly height: number;
  /** Middle of its base, from the middle of the block. */
  readonly dx: number;
  /** Whether its pixels are shown as squares. */
  readonly pixelated: boolean;
  /** What a click on it does. */
  readonly act?: () => void;
}

/** Between cards, where the way from one to the next is drawn. */
export const CARD_GAP = 0.16;
const PAD = 0.12;

/** The cards side by side, in the middle of their block. */
export function sideBySide(cards: readonly Omit<Card, 'dx'>[]): Card[] {
  let x = -cardsWide(cards) / 2 + PAD;
  return cards.map((card) => {
    const placed = { ...card, dx: x + card.width / 2 };
    x += card.width + CARD_GAP;
    return placed;
  });
}

/** The width that a block needs for its cards. */
export const cardsWide = (cards: readonly { readonly width: number }[]): number =>
  cards.reduce((sum, card) => sum + card.width, 0) +
  CARD_GAP * Math.max(0, cards.length - 1) +
  PAD * 2;

/** Where a card stands now. */
export function cardFrame({ place, lift }: Stood, card: Card): Frame {
  const left = place.x + card.dx - card.width / 2;
  return {
    corner: new Vector3(left, place.y + PEDESTAL.height + 0.035 + lift, 0),
    across: new Vector3(card.width, 0, 0),
    up: new Vector3(0, card.height, 0),
  };
}

/** A card as it was drawn. */
export interface DrawnCard {
  readonly stood: Stood;
  readonly card: Card;
  readonly frame: Frame;
}

/** Pictures that are kept beyond those in view. */
const KEPT = 48;

export class Cards {
  readonly group = new Group();
  drawn: DrawnCard[] = [];
  /** Pictures on their way. */
  pending = 0;
  /** Called when a picture has come. */
  onCome = (): void => {};
  private readonly textures = new Map<string, Texture | null>();
  private readonly meshes: Mesh<PlaneGeometry, RawShaderMaterial>[] = [];
  private readonly loader = new TextureLoader();
  private readonly plane = new PlaneGeometry(1, 1).translate(0.5, 0.5, 0);
  private readonly before = new Map<string, Texture>();
  private used = 0;

  clear(): void {
    this.used = 0;
    this.drawn = [];
  }

  /** Draws one; false while its picture is on its way. */
  add(stood: Stood, card: Card, strength: number): boolean {
    const frame = cardFrame(stood, card);
    this.drawn.push({ stood, card, frame });
    // What stood there before stays until the new picture has come.
    const place = `${stood.block.key} ${card.dx}`;
    const texture = (card.url && this.textureOf(card)) || this.before.get(place);
    if (!texture) return false;
    this.before.set(place, texture);
    const mesh = this.meshes[this.used] ?? this.another();
    this.used += 1;
    const { picture, strength: faint } = mesh.material.uniforms;
    if (picture) picture.value = texture;
    if (faint) faint.value = strength;
    const normal = frame.across.clone().cross(frame.up).normalize();
    mesh.matrix = new Matrix4().makeBasis(frame.across, frame.up, normal).setPosition(frame.corner);
    return true;
  }

  /** Shows what was added since `clear`, and forgets pictures that are long out of view. */
  flush(): void {
    this.meshes.forEach((mesh, i) => {
      mesh.visible = i < this.used;
    });
    const shown = new Set(this.drawn.map(({ card }) => card.url));
    for (const [url, texture] of this.textures) {
      if (this.textures.size <= KEPT) break;
      if (shown.has(url) || !texture) continue;
      texture.dispose();
      this.textures.delete(url);
    }
  }

  private textureOf({ url, pixelated }: Card): Texture | null {
    const known = this.textures.get(url);
    if (known !== undefined) return known;
    this.textures.set(url, null);
    this.pending += 1;
    const over = () => {
      this.pending -= 1;
      this.onCome();
    };
    this.loader.load(
      url,
      (texture) => {
        texture.colorSpace = NoColorSpace;
        texture.generateMipmaps = !pixelated;
        texture.magFilter = pixelated ? NearestFilter : LinearFilter;
        if (pixelated) texture.minFilter = LinearFilter;
        this.textures.set(url, texture);
        over();
      },
      undefined,
      // What cannot be had leaves its frame empty.
      over,
    );
    return null;
  }

  private another(): Mesh<PlaneGeometry, RawShaderMaterial> {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: vertex,
      fragmentShader: fragment,
      transparent: true,
      uniforms: { picture: { value: null }, strength: { value: 1 } },
    });
    material.side = 2;
    const mesh = new Mesh(this.plane, material);
    mesh.matrixAutoUpdate = false;
    mesh.frustumCulled = false;
    this.meshes.push(mesh);
    this.group.add(mesh);
    return mesh;
  }
}
