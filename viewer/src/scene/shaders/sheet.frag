// One tensor's cells: every pixel looks its own cell up, so that cost follows pixels.
// The CPU twin is pictures/paint.py; change both or neither.
// Nothing is discarded: hidden pixels are then rejected before they are shaded.
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2DArray;

uniform usampler2DArray pages;   // bits of float16 of (x - center) / scale
uniform sampler2D tables;        // one colour table a row, 256 wide
uniform sampler2D maps;          // per map: low, high of its own range, flags
uniform vec3 ground;             // what shows between maps and cells
#ifdef DIGITS
precision highp usampler2D;
uniform usampler2D texts;        // pages of 32 x 32 cells: a count and 31 glyph indices a cell
uniform sampler2D glyphs;        // coverage, 16 x 8 fields of 32 x 64
uniform vec3 ink;                // numbers without a coloured cell behind them
#endif

in vec2 vLocal;
flat in vec4 vWhere;
flat in vec4 vShape;
flat in vec4 vScale;
flat in vec4 vPlanes;
flat in vec4 vTile;
flat in vec4 vLook;
flat in vec4 vText;
flat in vec4 vBase;
out vec4 colour;

const int SMOOTH = 1;
const int PER_MAP = 2;
const int RGB = 4;
const int GAPS = 8;
const int DEAD = 16;
const int NUMBERS = 32;
const int LOG = 64;

struct Cell { float value; int signal; };  // signal: 0 finite, 1 NaN, 2 +inf, 3 -inf

Cell read(ivec3 origin, ivec2 at) {
  uint bits = texelFetch(pages, ivec3(origin.xy + at, origin.z), 0).r;
  if ((bits & 0x7c00u) == 0x7c00u) {
    if ((bits & 0x03ffu) != 0u) return Cell(0.0, 1);
    return Cell(0.0, (bits & 0x8000u) != 0u ? 3 : 2);
  }
  return Cell(unpackHalf2x16(bits).x * vScale.z + vScale.w, 0);
}

vec3 signalColour(int signal) {
  if (signal == 1) return vec3(1.0, 0.0, 1.0);
  if (signal == 2) return vec3(0.0, 1.0, 0.0);
  return vec3(0.0, 1.0, 1.0);
}

// Logarithmic ranges tell three decades apart on either side of zero, or from the low end on.
float span(float value, vec2 range) {
  if ((int(vShape.w) & LOG) == 0) return clamp((value - range.x) / (range.y - range.x), 0.0, 1.0);
  bool both = range.x < 0.0 && range.y > 0.0;
  float most = both ? max(-range.x, range.y) : range.y - range.x;
  float far = both ? value : value - range.x;
  float share = log(1.0 + min(abs(far) / most, 1.0) * 1000.0) / log(1001.0);
  return both ? 0.5 + 0.5 * sign(far) * share : (far > 0.0 ? share : 0.0);
}

#ifdef DIGITS
// How much of a glyph covers this pixel. Its level of detail is computed: derivatives break at
// the border between two glyphs.
float written(ivec2 cell, vec2 inCell, vec2 cellPixels) {
  ivec2 at = cell - ivec2(vBase.xy);
  ivec2 first = ivec2(vText.xy) + at * ivec2(32, 1);
  int room = int(vText.z);
  int count = int(texelFetch(texts, first, 0).r);
  float wide = min(0.92 / float(room), 14.0 / cellPixels.x);
  float tall = wide * cellPixels.x * 2.0 / cellPixels.y;
  float x = (inCell.x - 0.5) / wide + 0.5 * float(count);
  float y = (inCell.y - 0.5) / tall + 0.5;
  if (x < 0.0 || x >= float(count) || y < 0.0 || y >= 1.0) return 0.0;
  int glyph = int(texelFetch(texts, first + ivec2(1 + int(x), 0), 0).r);
  vec2 place = vec2(float(glyph % 16) + fract(x), float(glyph / 16) + y) / vec2(16.0, 8.0);
  float lod = max(0.0, log2(32.0 / (wide * cellPixels.x)));
  return smoothstep(0.1, 0.75, textureLod(glyphs, place, lod).r);
}
#endif

// The three planes of a picture.
vec3 picture(ivec2 at, vec2 range) {
  Cell red = read(ivec3(vWhere.xyz), at);
  Cell green = read(ivec3(int(vPlanes.x) % 1024, int(vPlanes.x) / 1024, int(vPlanes.y)), at);
  Cell blue = read(ivec3(int(vPlanes.z) % 1024, int(vPlanes.z) / 1024, int(vPlanes.w)), at);
  int signal = max(red.signal, max(green.signal, blue.signal));
  if (signal > 0) return signalColour(signal);
  return vec3(span(red.value, range), span(green.value, range), span(blue.value, range));
}

// One map's cells, their borders smoothed over a pixel, or all the way in smooth maps.
vec3 mapped(vec2 place, vec2 size, ivec2 base, vec2 cellsPerPixel, vec2 range, int mode) {
  ivec3 origin = ivec3(vWhere.xyz);
  Cell here = read(origin, ivec2(place) + base);
  if (here.signal > 0) return signalColour(here.signal);
  float value = here.value;
  vec2 p = place - 0.5;
  vec2 i0 = floor(p);
  vec2 t = p - i0;
  if ((mode & SMOOTH) == 0) t = clamp((t - 0.5) / max(cellsPerPixel, 1e-5) + 0.5, 0.0, 1.0);
  if (any(greaterThan(t * (1.0 - t), vec2(0.0)))) {
    ivec2 a = ivec2(clamp(i0, vec2(0.0), size - 1.0)) + base;
    ivec2 b = ivec2(clamp(i0 + 1.0, vec2(0.0), size - 1.0)) + base;
    Cell c00 = read(origin, a);
    Cell c10 = read(origin, ivec2(b.x, a.y));
    Cell c01 = read(origin, ivec2(a.x, b.y));
    Cell c11 = read(origin, b);
    if (c00.signal + c10.signal + c01.signal + c11.signal == 0) {
      value = mix(mix(c00.value, c10.value, t.x), mix(c01.value, c11.value, t.x), t.y);
    }
  }
  return texelFetch(tables, ivec2(int(span(value, range) * 255.0 + 0.5), int(vLook.x)), 0).rgb;
}

void main() {
  vec2 size = vec2(vWhere.w, vShape.x);    // columns, rows of one map at this level
  vec2 pitch = 1.0 + vShape.yz;
  int mode = int(vShape.w);
  vec2 pixel = fwidth(vLocal);
  vec2 cellsPerPixel = pixel * size;

  vec2 slot = floor(vLocal / pitch);
  vec2 within = vLocal - slot * pitch;
  int map = int(slot.y) * int(vTile.z) + int(slot.x);
  vec2 place = min(within * size, size - 0.0001);
  ivec2 nearest = ivec2(place);
  bool used = all(lessThanEqual(within, vec2(1.0))) && all(greaterThanEqual(within, vec2(0.0)))
    && map < int(vTile.w);
  // A folded vector ends within its last row.
  float beneath = float(nearest.y) * vText.w * vBase.z + float(nearest.x) * vText.w;
  if (!used || (vLook.w >= 0.0 && beneath >= vLook.w)) {
    colour = vec4(ground, 1.0);
    return;
  }

  bool dead = false;
  vec2 range = vScale.xy;
  if ((mode & (PER_MAP | DEAD)) != 0) {
    int index = int(vLook.y) + map;
    vec4 own = texelFetch(maps, ivec2(index % 1024, index / 1024), 0);
    if ((mode & PER_MAP) != 0) range = own.xy;
    dead = own.z > 0.5;
  }
  ivec2 base = ivec2(slot * size) - ivec2(vTile.xy);
  vec3 shown = (mode & RGB) != 0
    ? picture(nearest + base, range)
    : mapped(place, size, base, cellsPerPixel, range, mode);

  vec2 inCell = fract(place);
  // Gaps come in softly from cells of 6 pixels on: across one sheet no border between with and without.
  float open = clamp((0.16 - max(cellsPerPixel.x, cellsPerPixel.y)) / 0.07, 0.0, 1.0);
  if ((mode & GAPS) != 0 && open > 0.0) {
    vec2 edge = min(inCell, 1.0 - inCell) / cellsPerPixel;
    float line = clamp(1.0 - min(edge.x, edge.y) + 0.25, 0.0, 1.0);
    shown = mix(shown, ground, line * 0.85 * open);
  }
#ifdef DIGITS
  vec3 pen = dot(shown, vec3(0.299, 0.587, 0.114)) > 0.45 ? vec3(0.05) : vec3(0.97);
  if ((mode & NUMBERS) != 0) { shown = ground; pen = ink; }
  shown = mix(shown, pen, written(ivec2(slot * size) + nearest, inCell, 1.0 / cellsPerPixel));
#endif
  if (dead) {                              // zero everywhere: crossed out
    float d = min(abs(within.x - within.y), abs(within.x + within.y - 1.0)) / (pixel.x + pixel.y);
    shown = mix(shown, vec3(0.5), 0.55 * clamp(1.2 - d, 0.0, 1.0));
  }
  colour = vec4(mix(ground, shown, vLook.z), 1.0);
}
